"""Measures what the tests of two rooms notice: mutmut changes the code in small ways, and a test must fail.

`make mutation` runs it from the project's folder and writes docs/mutation-score.json; below 90 % in either
room it ends with 1. Only a failing test is a kill: a change that ran out of time, crashed the tests or was
reached by none counts against the score. Changes that nobody can tell from the original stand in
mutation_equivalents.toml, each with its reason; they leave the sum, and an entry that no longer fits fails.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

ROOMS = ("harness/signing", "harness/verdict")
LEAST_PERCENT = 90.0
LIMIT_S = 45 * 60
CHILDREN = 2
WORK = Path("mutants")
"""Where mutmut works; made anew each time, because it would keep the verdicts of tests that have changed."""
LOG = WORK / "mutmut.log"
SUMMARY = Path("docs/mutation-score.json")
EQUIVALENTS = Path("setup/checks/mutation_equivalents.toml")


class Change(NamedTuple):
    """One mutation, named by what it does rather than by a number that shifts."""

    file: str
    before: str
    after: str


class Mutant(NamedTuple):
    """A change and how the tests met it, in mutmut's word."""

    room: str
    status: str
    change: Change


def main() -> int:
    """Measure, print, write the summary; 0 when every room reaches its share."""
    if not run():
        print(f"mutmut failed, or its {LIMIT_S} s were over → see {LOG}; nothing is written")
        return 1
    mutants = list(read())
    excused = equivalents()
    unfitting = set(excused) - {each.change for each in mutants if each.status == "survived"}
    rooms = {room: score([each for each in mutants if each.room == room], set(excused)) for room in ROOMS}
    for each in mutants:
        if each.status != "killed" and each.change not in excused:
            print(f"{each.change.file}: {each.status}\n  - {each.change.before}\n  + {each.change.after}")
    for change in sorted(unfitting):
        print(f"{EQUIVALENTS}: no survivor fits this entry any more; remove it\n  {change}")
    for room, figures in rooms.items():
        print(f"{room}: {figures['percent']} % · {figures}")
    write(rooms)
    return 1 if unfitting or any(each["percent"] < LEAST_PERCENT for each in rooms.values()) else 0


def run() -> bool:
    """Let mutmut test every mutant; whether it came to its own end within the limit."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    mutmut = Path(sys.executable).with_name("mutmut")
    with LOG.open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - the project's own tool, a process group of its own
            [mutmut, "run", "--max-children", str(CHILDREN)],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return process.wait(LIMIT_S) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def read() -> Iterable[Mutant]:
    """Every mutant that mutmut made, with its outcome."""
    for path in sorted(walk_mutatable_files()):
        if not (WORK / f"{path}.meta").exists():
            continue
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            wanted = status != "killed"
            change = change_of(name, path) if wanted else Change(str(path), "", "")
            yield Mutant(path.parent.as_posix(), status, change)


def change_of(name: str, path: Path) -> Change:
    """What a mutant does: the lines it takes away and those it puts there."""
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    gone, new = ([line[1:].strip() for line in lines if line.startswith(sign)] for sign in "-+")
    return Change(path.as_posix(), "\n".join(gone), "\n".join(new))


def equivalents() -> dict[Change, str]:
    """The reasons of the changes that are none."""
    entries = tomllib.loads(EQUIVALENTS.read_text("utf-8"))["equivalent"]
    return {Change(each["file"], each["before"], each["after"]): each["reason"] for each in entries}


def score(mutants: list[Mutant], excused: set[Change]) -> dict[str, float]:
    """A room's figures; the per cent is rounded down, and that of no mutants at all is 0."""
    counts = Counter(each.status for each in mutants)
    equivalent = sum(each.status == "survived" and each.change in excused for each in mutants)
    counted = len(mutants) - equivalent
    return {
        "mutants": len(mutants),
        "killed": counts["killed"],
        "equivalent": equivalent,
        "survived": counts["survived"] - equivalent,
        "otherwise": len(mutants) - counts["killed"] - counts["survived"],
        "percent": (1000 * counts["killed"] // counted) / 10 if counted else 0.0,
    }


def write(rooms: dict[str, dict[str, float]]) -> None:
    """Keep the figures beside the date they were measured on."""
    summary = {
        "schema": 1,
        "measured": datetime.now(UTC).date().isoformat(),
        "tool": f"mutmut {version('mutmut')}",
        "least_percent": LEAST_PERCENT,
        "rooms": rooms,
    }
    SUMMARY.write_text(json.dumps(summary, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
