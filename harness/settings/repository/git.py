"""Asking git, the program: nothing is written, fetched or run that a repository's own settings name."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

QUICK_S = 20.0
"""Seconds that a question about one file or object may take."""
_HARMLESS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never")
_QUIET = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}


class GitFailed(Exception):
    """Git is not there, or refuses. `str()` is its own first line."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A working copy, by its top folder."""

    top: Path

    @classmethod
    def around(cls, folder: Path) -> Repository | None:
        """The repository that a folder belongs to; None: none.

        Raises:
            GitFailed: there is one, and git is not there or refuses to read it.
        """
        if not any((place / ".git").exists() for place in (folder, *folder.parents)):
            return None
        return cls(Path(_ask(folder, "rev-parse", "--show-toplevel").rstrip("\n")))

    @property
    def shallow(self) -> bool:
        """Whether its history was cut off when it was cloned."""
        return _ask(self.top, "rev-parse", "--is-shallow-repository").strip() == "true"

    def tracks(self, path: Path) -> bool:
        """Whether a file is in the index."""
        return bool(_ask(self.top, "ls-files", "-z", "--", str(path)))

    def ignores(self, path: Path) -> bool:
        """Whether a file would not be added by accident."""
        found = _run(self.top, "check-ignore", "-q", "--", str(path))
        return found.returncode == 0

    def place_of(self, blob: str) -> str | None:
        """`path in commit` of the newest commit that changes a blob; None: no branch or tag has it."""
        told = _ask(
            self.top, "log", "--all", "-1", "--format=%h", "--name-only", "-m", f"--find-object={blob}"
        )
        lines = [line for line in told.splitlines() if line]
        return f"{lines[1]} in {lines[0]}" if len(lines) > 1 else None

    def holds_commit(self, commit: str) -> bool:
        """Whether a branch or a tag leads to a commit."""
        return bool(_ask(self.top, "for-each-ref", "--count=1", "--contains", commit))

    @contextmanager
    def objects(self, *, longest_s: float) -> Iterator[IO[bytes]]:
        """What `git cat-file --batch` says of every object there is; it ends after that time."""
        child = subprocess.Popen(  # noqa: S603 - git, constant arguments
            [*_command(), "cat-file", "--batch-all-objects", "--unordered", "--buffer", "--batch"],
            cwd=self.top,
            env=os.environ | _QUIET,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=1 << 20,
        )
        end = threading.Timer(longest_s, child.kill)
        end.daemon = True
        end.start()
        try:
            if child.stdout is not None:
                yield child.stdout
        finally:
            end.cancel()
            child.kill()
            child.communicate()


def _command() -> list[str]:
    return ["git", *_HARMLESS]


def _ask(folder: Path, *arguments: str) -> str:
    done = _run(folder, *arguments)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitFailed(said[0] if said else f"git {arguments[0]} ended with {done.returncode}")
    return done.stdout.decode("utf-8", "surrogateescape")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - git, no shell
            [*_command(), *arguments],
            cwd=folder,
            env=os.environ | _QUIET,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=QUICK_S,
            check=False,
        )
    except FileNotFoundError:
        raise GitFailed("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise GitFailed(f"git {arguments[0]} took more than {QUICK_S:.0f} s") from None
    except OSError as error:
        raise GitFailed(str(error.strerror)) from None
