"""Runs the load of a rehearsal in a child process: Locust, imported, would patch us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import EnvironmentUnreachable, HarnessError, UnsafeRequest, UsageError
from harness.plugin.options import Options
from harness.processes.child import end, golive_command, start
from load.criteria.choice import climbs

FINDINGS = "measurements/judged.json"
"""What the child found, below the record's folder."""
_LAST_ANSWERS_S = 60.0
_ENDS_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class LoadChild:
    """Makes one measurement; its own progress goes to the terminal."""

    options: Options
    folder: Path
    """Of the record."""
    interrupted: Callable[[], object]
    """Called when a Ctrl-C is heard, while the last answers are still on their way."""
    ended: Callable[[], object]
    """Called when the child has written its last, whatever became of it."""

    def measure(self, env_file: Path, *more: str) -> None:
        """Load the endpoint that these settings name; the findings are in the record when this returns.

        Raises:
            EnvironmentUnreachable: the endpoint does not answer.
            UnsafeRequest: the load was refused.
            HarnessError: the child broke.
        """
        where = f"--load {self.options.load}"
        arguments = [
            "measure-capacity" if climbs(self.options.load) else "measure-load",
            f"--set={self.options.load}",
            f"--env-file={env_file}",
            f"--out={self.folder}",
        ]
        if self.options.load_processes > 1:
            arguments.append(f"--processes={self.options.load_processes}")
        if self.options.load_requests:
            arguments.append(f"--requests={self.options.load_requests}")
        if self.options.load_metrics:
            arguments.append(f"--metrics={self.options.load_metrics}")
        child = start(golive_command(*arguments, *more))
        try:
            code = child.wait()
        except KeyboardInterrupt:  # what it measured is worth waiting for
            child.terminate()  # only of a terminal's Ctrl-C it has heard itself
            self.interrupted()
            end(child, by_itself_s=_LAST_ANSWERS_S, asked_s=_ENDS_WITHIN_S)
            raise
        finally:
            self.ended()
        remedy = "its own lines say why"
        if code == EnvironmentUnreachable.exit_code:
            raise EnvironmentUnreachable("the load could not reach its endpoint", where=where, remedy=remedy)
        if code == UsageError.exit_code:
            raise UnsafeRequest("the load was refused", where=where, remedy=remedy)
        if code != 0 or not (self.folder / FINDINGS).exists():
            raise HarnessError(f"the load ended with {code}", where=where, remedy=remedy)
