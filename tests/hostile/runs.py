"""Rehearsals side by side, each in a child forked with everything imported, and what each of them cost."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from harness.cli import main
from harness.core.control import Blame, Check, Outcome
from harness.evidence.record import RunRecord
from harness.merchant import http as merchant_http
from harness.processes.forked import stand_alone
from scenarios.mcp import jsonrpc

LIMIT_S = 4.0
"""For one exchange in these runs; the product's own limit is longer."""
PATIENCE_S = 90


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run came to."""

    folder: Path
    code: int | None
    """None: it did not end."""
    output: str
    seconds: float
    peak_kb: int

    @property
    def checks(self) -> tuple[Check, ...]:
        """Those of the record; none where the run was refused."""
        return tuple(RunRecord.open(self.folder).checks) if (self.folder / "run.json").is_file() else ()

    @property
    def blamed(self) -> set[Blame]:
        """Whose turn it is after what did not pass, but for what was never started."""
        bad = (Outcome.FAIL, Outcome.HARNESS_ERROR, Outcome.INCONCLUSIVE)
        return {each.blame for each in self.checks if each.outcome in bad and each.blame is not None}


def rehearse(folder: Path, arguments: Sequence[str]) -> Cost:
    """`golive run` with these arguments, its record in `folder/run`."""
    folder.mkdir(parents=True)
    context = get_context("forkserver")
    context.set_forkserver_preload(["harness.mutants.preload"])
    child = context.Process(target=_inside, args=(folder, tuple(arguments)), daemon=False)
    begun = time.monotonic()
    child.start()
    child.join(PATIENCE_S)
    seconds = time.monotonic() - begun
    code = child.exitcode
    if code is None:
        child.kill()
        child.join()
    peak, ended = folder / "peak", folder / "code"
    if ended.is_file():  # the fork server takes an exit for a crash where its pipe closes too soon
        code = json.loads(ended.read_text("utf-8"))
    return Cost(
        folder=folder / "run",
        code=code,
        output=(folder / "output").read_text("utf-8", "replace"),
        seconds=seconds,
        peak_kb=json.loads(peak.read_text("utf-8")) if peak.is_file() else 0,
    )


def _inside(folder: Path, arguments: tuple[str, ...]) -> None:
    merchant_http.LIMIT_S = jsonrpc.LIMIT_S = LIMIT_S
    stand_alone(folder / "output")
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lasts as long as the process
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["golive", "run", f"--out={folder / 'run'}", *arguments]
    try:
        main()
    except SystemExit as ended:
        (folder / "code").write_text(json.dumps(ended.code), "utf-8")
        raise
    finally:
        sys.stdout.flush()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        (folder / "peak").write_text(json.dumps(peak), "utf-8")
