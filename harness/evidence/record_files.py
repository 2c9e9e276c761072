"""The files of a run record as its run writes them: redacted, and watched until the run ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path, PurePosixPath
from typing import Any

from harness.core.errors import EnvironmentUnreachable, HarnessError
from harness.core.plain_text import json_text
from harness.core.whole_file import append_whole, write_whole
from harness.evidence.damage import damaged
from harness.evidence.digests import Digests
from harness.evidence.redaction import Redactor
from harness.evidence.seal import digests_of

META = "run.json"
"""What a record says of its run as a whole; written last when a run ends."""


class RecordFiles:
    """The folder of one run. Writing is thread-safe."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self.folder = folder
        self.redactor = redactor
        self.writer_lost = False
        """Whether a process that wrote here ended before it could tell all it wrote."""
        self.held: Callable[[], AbstractContextManager[None]] = nullcontext
        """Around what a Ctrl-C must not tear in two: a line, and what is known of it."""
        self._digests = Digests()
        self._sealed: dict[str, str] | None = None
        self._lock = threading.Lock()

    def append_line(self, path: str, line: Any) -> None:
        """Append a JSON-able value as one line of a file below the folder; the caller has redacted it."""
        text = json_text(line)
        target = self._below(path)
        with self.held(), self._lock, writing(target):
            append_whole(target, text + "\n")
            self._digests.line(path, text)

    def write_lines(self, path: str, lines: Iterable[Any]) -> None:
        """Write a file of JSON-able values anew, one a line; the caller has redacted them."""
        texts = [json_text(line) for line in lines]
        with self.held(), self._lock, writing(self.folder / path):
            write_whole(self._below(path), "".join(text + "\n" for text in texts))
            self._digests.rewritten(path, texts)

    def add_artifact(self, name: str, data: bytes) -> str:
        """Keep a file beside the record, and return its path relative to the folder.

        A name that is taken gets a number, so that no evidence is overwritten.
        """
        with self.held(), self._lock:
            wanted = PurePosixPath("artifacts", name)
            path, number = wanted, 1
            while self._below(str(path)).exists():
                number += 1
                path = wanted.with_stem(f"{wanted.stem}-{number}")
            kept = self.redactor.data(data)
            with writing(self.folder / path):
                self._below(str(path)).write_bytes(kept)
                self._digests.file(str(path), kept)
        return str(path)

    def snapshot(self, name: str, value: Any) -> None:
        """Keep a JSON-able value under `snapshots/`: what the judgement needs and what may change later."""
        text = json_text(self.redactor.members(value), indent=1, sort_keys=True) + "\n"
        path = f"snapshots/{name}.json"
        with self.held(), self._lock, writing(self.folder / path):
            write_whole(self._below(path), text)
            self._digests.file(path, text.encode())

    def read_snapshot(self, name: str) -> Any:
        """A snapshot as it was kept; None when there is none.

        Raises:
            UsageError: it is damaged.
        """
        path = self.folder / "snapshots" / f"{name}.json"
        try:
            return json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise damaged(str(path), error) from error

    def untold(self) -> Digests:
        """What was written here since this was asked last: whoever asks keeps it."""
        with self._lock:
            told, self._digests = self._digests, Digests()
        return told

    def was_written(self, digests: Digests) -> None:
        """Another process of the run wrote these into the record."""
        with self._lock:
            self._digests.add(digests)

    def take_in(self, *paths: str) -> None:
        """Files, and folders of files, that another program has just left in the record for the run."""
        with self._lock:
            self._digests.files |= digests_of(self.folder, paths)

    def altered(self) -> str:
        """How the record on disk differs from what this run wrote, as a sentence; empty: it does not."""
        found = self._sealed or digests_of(self.folder)
        there = {path: digest for path, digest in found.items() if path != META}
        return self._digests.altered(self.folder, there, complete=not self.writer_lost)

    def _below(self, path: str) -> Path:
        relative = PurePosixPath(path)
        if relative.is_absolute() or ".." in relative.parts:
            raise HarnessError(f"evidence would land outside its record: {path}", where=str(self.folder))
        target = self.folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say of a file of the record that cannot be written what that means."""
    try:
        yield
    except OSError as error:
        raise EnvironmentUnreachable(
            f"the run record cannot be written: {error.strerror}",
            where=str(path),
            remedy="make room, and run again; what was recorded before stays readable: golive report",
        ) from error
