"""Writes the lock of scenarios anew: `make scenarios`, after a scenario or a parameter was added or renamed.

It says what it drops: nobody notices later what the lock has never heard of.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from io import StringIO

import pytest

from harness.core.errors import HarnessError
from harness.plugin.scenario_names import parts_of, scenario_folders
from harness.plugin.session.embed import BY_MODULE
from harness.verdict.locked_parts import LockedPart
from reports.checklist import CHECKLIST, LOCK, folder_of

HEADING = """\
# Every scenario there is, on each wire: control, dialect, scenario. Evidence of a control that lacks one of
# its lines is inconclusive. `make scenarios` writes this file anew.
"""


class _Listener:
    """The pytest plugin that hears of every scenario, before anything is left out."""

    def __init__(self) -> None:
        self.parts: set[LockedPart] = set()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self.parts |= parts_of(item)


def collected() -> set[LockedPart]:
    """Every part of every scenario there is.

    Raises:
        HarnessError: a scenario file cannot be read.
    """
    listener = _Listener()
    quiet = ["--collect-only", "-qq", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with redirect_stdout(StringIO()) as said:
        code = pytest.main([*map(str, scenario_folders()), *quiet, *BY_MODULE], plugins=[listener])
    if code != pytest.ExitCode.OK:
        raise HarnessError(f"a scenario file cannot be read:\n{said.getvalue()}", remedy="mend it")
    return listener.parts


def lock_text(parts: Iterable[LockedPart]) -> str:
    """The whole file."""
    return HEADING + "".join(f"{line}\n" for line in sorted(map(str, parts)))


def main() -> None:
    """Write the lock of the newest checklist; with `--check`, only say whether it is stale."""
    path = folder_of(CHECKLIST) / LOCK
    before = set(path.read_text("utf-8").splitlines()) if path.is_file() else set()
    text = lock_text(collected())
    after = set(text.splitlines())
    if "--check" in sys.argv:
        sys.exit("the lock of scenarios is stale: make scenarios" if before != after else 0)
    path.write_text(text, "utf-8")
    sys.stdout.write("".join(f"- {line}\n" for line in sorted(before - after)))
    sys.stdout.write(f"{path}: {len(after - before)} new, {len(before - after)} dropped\n")


if __name__ == "__main__":
    main()
