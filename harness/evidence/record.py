"""The run record on disk: `run.json`, `results.ndjson`, `artifacts/`, `measurements/`, `snapshots/`.

Lines are appended and flushed one by one, so a killed process leaves a readable record; `run.json` is
replaced as a whole, so it is never half-written.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Self

from pydantic import ValidationError

from harness.core.control import Check
from harness.core.errors import EnvironmentUnreachable, HarnessError, UsageError
from harness.core.plain_text import json_text
from harness.core.whole_file import append_whole, write_whole
from harness.evidence.digests import Digests
from harness.evidence.redaction import Redactor
from harness.evidence.run_meta import RunMeta, StoredCheck
from harness.evidence.seal import PARTS, BrokenSeal, broken_seal, digests_of, seal, sealed_by
from harness.evidence.seal_key import trusted_keys

__all__ = ["LATEST", "META", "RunMeta", "RunRecord", "point_latest", "recorded_at"]

RESULTS = "results.ndjson"
META = "run.json"
"""What a record says of its run as a whole; written last when a run ends."""
LATEST = "latest"
"""Name of the link to the newest run, beside the runs."""


class RunRecord:
    """One run's folder: written by `create` and its methods, read by `open`. Writing is thread-safe."""

    def __init__(self, folder: Path, meta: RunMeta, redactor: Redactor) -> None:
        self.folder = folder
        self.meta = meta
        self.redactor = redactor
        self.checks: list[Check] = []
        self.torn = False
        """Whether results are missing: a last line cut off, or fewer lines than the run ended with."""
        self.confirm: Callable[[Digests], None] | None = None
        """Who else is told what was written here, with each result."""
        self.writer_lost = False
        """Whether a process that wrote here ended before it could tell all it wrote."""
        self._digests = Digests({RESULTS: Counter()})
        self._sealed: dict[str, str] | None = None
        self._lock = threading.Lock()

    @classmethod
    def create(cls, folder: Path, meta: RunMeta, secrets: Iterable[str] = ()) -> Self:
        """Begin a record in a new folder; within a folder named `runs`, `latest` points at it from now on.

        Raises:
            UsageError: the folder holds a record or a part of one already, or cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            planted = [name for name in PARTS if os.path.lexists(folder / name)]
            if not planted or "results.ndjson" in planted:
                (folder / "results.ndjson").open("x").close()
        except FileExistsError as error:
            raise UsageError(
                "this folder holds a run record already", where=str(folder), remedy="choose another --out"
            ) from error
        except OSError as error:
            raise UsageError(
                f"cannot write a run record: {error.strerror}",
                where=str(folder),
                remedy="choose another --out",
            ) from error
        if planted:  # it would be sealed as the run's own
            raise UsageError(
                f"this folder holds parts of a run record already: {planted[0]}",
                where=str(folder),
                remedy="choose another --out",
            )
        record = cls(folder, meta, Redactor(secrets))
        record._write_meta()
        if folder.resolve().parent.name == "runs":
            point_latest(folder.resolve())
        return record

    @classmethod
    def open(cls, folder: Path, *, wanted: Callable[[bytes], bool] | None = None) -> Self:
        """Read a record, of a finished run or not.

        Args:
            wanted: whether a line of the results is read; the others are counted, and no more.

        Raises:
            UsageError: there is no record, or it is damaged; the message names the file and line.
        """
        record = cls(folder, cls.read_meta(folder), Redactor())
        record._read_checks(wanted)
        return record

    @staticmethod
    def read_meta(folder: Path) -> RunMeta:
        """What a record says of its run as a whole, without its checks.

        Raises:
            UsageError: there is no record, or it is damaged.
        """
        meta_path = folder / META
        try:
            return RunMeta.model_validate_json(meta_path.read_bytes())
        except (FileNotFoundError, NotADirectoryError) as error:
            raise UsageError(
                "there is no run record here",
                where=str(folder),
                remedy="golive run makes one; runs/latest is the newest",
            ) from error
        except (OSError, ValidationError) as error:
            raise _damaged(str(meta_path), error) from error

    def broken_seal(self, *, whole: bool = True) -> BrokenSeal | None:
        """Why the record as it lies there cannot be believed; None: a trusted key sealed it so.

        Args:
            whole: of every file; else of what a later run reads.
        """
        return broken_seal(self.folder, self.meta.id, trusted_keys(), whole=whole)

    @property
    def sealed_by(self) -> str:
        """The public key that its seal names, whether or not the seal holds; empty without one."""
        return sealed_by(self.folder)

    def reload(self) -> None:
        """Read the checks anew: another process has appended to the same record."""
        self.checks.clear()
        self._read_checks()

    @property
    def as_of(self) -> datetime:
        """The moment a record is judged at unless told otherwise: its end, or the last sign of life."""
        ends = [recorded_at(check) for check in self.checks]
        return self.meta.ended or max([self.meta.started, *ends])

    def append(self, check: Check) -> Check:
        """Add one check as a line of its own, on disk when this returns; hands back what was kept of it."""
        plain = StoredCheck(**dict(check)).model_dump(mode="json", exclude_defaults=True)
        line = self.redactor.members(plain)
        self.append_line(RESULTS, line)
        kept = StoredCheck.model_validate(line)
        if self.confirm is not None:
            self.confirm(self.untold())
        with self._lock:
            self.checks.append(kept)
        return kept

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

    def append_line(self, path: str, line: Any) -> None:
        """Append a JSON-able value as one line of a file below the folder; the caller has redacted it."""
        text = json_text(line)
        target = self._below(path)
        with self._lock, _written(target):
            append_whole(target, text + "\n")
            self._digests.line(path, text)

    def write_lines(self, path: str, lines: Iterable[Any]) -> None:
        """Write a file of JSON-able values anew, one a line; the caller has redacted them."""
        texts = [json_text(line) for line in lines]
        with self._lock, _written(self.folder / path):
            write_whole(self._below(path), "".join(text + "\n" for text in texts))
            self._digests.rewritten(path, texts)

    def add_artifact(self, name: str, data: bytes) -> str:
        """Keep a file beside the record, and return its path relative to the folder.

        A name that is taken gets a number, so that no evidence is overwritten.
        """
        with self._lock:
            wanted = PurePosixPath("artifacts", name)
            path, number = wanted, 1
            while self._below(str(path)).exists():
                number += 1
                path = wanted.with_stem(f"{wanted.stem}-{number}")
            kept = self.redactor.data(data)
            with _written(self.folder / path):
                self._below(str(path)).write_bytes(kept)
                self._digests.file(str(path), kept)
        return str(path)

    def snapshot(self, name: str, value: Any) -> None:
        """Keep a JSON-able value under `snapshots/`: what the judgement needs and what may change later."""
        text = json_text(self.redactor.members(value), indent=1, sort_keys=True) + "\n"
        path = f"snapshots/{name}.json"
        with self._lock, _written(self.folder / path):
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
            raise _damaged(str(path), error) from error

    def finish(
        self,
        *,
        ended: datetime,
        interrupted: bool,
        faults: Iterable[str] = (),
        lasted_s: float | None = None,
        app_answers: int | None = None,
    ) -> None:
        """Close and seal the record: when it ended, whether its plan was done, what went wrong with us.

        It may be called again, when the finished record turns out to be faulty.
        """
        closing = {
            "ended": ended,
            "lasted_s": lasted_s,
            "app_answers": app_answers,
            "interrupted": interrupted,
            "checks": len(self.checks),
            "faults": tuple(faults),
        }
        self.meta = RunMeta.model_validate(dict(self.meta) | closing)
        self._write_meta()
        self._sealed = seal(self.folder, self.meta.id)

    def _write_meta(self) -> None:
        plain = self.redactor.members(self.meta.model_dump(mode="json", by_alias=True))
        with _written(self.folder / META):
            write_whole(self.folder / META, json_text(plain, indent=1) + "\n")

    def _below(self, path: str) -> Path:
        relative = PurePosixPath(path)
        if relative.is_absolute() or ".." in relative.parts:
            raise HarnessError(f"evidence would land outside its record: {path}", where=str(self.folder))
        target = self.folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _read_checks(self, wanted: Callable[[bytes], bool] | None = None) -> None:
        path = self.folder / "results.ndjson"
        try:
            lines = path.read_bytes().split(b"\n")
        except FileNotFoundError:
            lines = [b""]
        except OSError as error:
            raise _damaged(str(path), error) from error
        kept = len(lines) - 1
        self.torn = lines[-1] != b"" or self.meta.checks not in (None, kept)
        for number, line in enumerate(lines[:-1], 1):
            if wanted is not None and not wanted(line):
                continue
            try:
                self.checks.append(StoredCheck.model_validate_json(line))
            except ValidationError as error:
                raise _damaged(f"{path}, line {number}", error) from error


def recorded_at(check: Check) -> datetime:
    """When a check's evidence was complete."""
    return check.started + timedelta(seconds=check.duration_s)


def point_latest(folder: Path) -> None:
    """Let `latest` beside a run's folder point at it: relative, and never missing in between.

    Raises:
        UsageError: something that is no link stands in its place.
    """
    link = folder.parent / LATEST
    fresh = folder.parent / f".{LATEST}.{os.getpid()}"
    try:
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name, target_is_directory=True)
        fresh.replace(link)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise UsageError(
            f"cannot point {LATEST} at the new run: {error.strerror}",
            where=str(link),
            remedy=f"remove or rename {link}: it must be a link, not a folder",
        ) from error


@contextmanager
def _written(path: Path) -> Iterator[None]:
    """Say of a file of the record that cannot be written what that means."""
    try:
        yield
    except OSError as error:
        raise EnvironmentUnreachable(
            f"the run record cannot be written: {error.strerror}",
            where=str(path),
            remedy="make room, and run again; what was recorded before stays readable: golive report",
        ) from error


def _damaged(where: str, error: Exception) -> UsageError:
    if isinstance(error, ValidationError):
        told = error.errors(include_url=False, include_input=False)[0]
        first = "".join(f"{part}: " for part in told["loc"]) + told["msg"].removeprefix("Value error, ")
    else:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UsageError(
        f"the run record is damaged: {first}",
        where=where,
        remedy="run again; a damaged record proves nothing",
    )
