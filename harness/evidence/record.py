"""The run record on disk: `run.json`, `results.ndjson`, `artifacts/`, `measurements/`, `snapshots/`.

Lines are appended and flushed one by one, so a killed process leaves a readable record; `run.json` is
replaced as a whole, so it is never half-written.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from harness.core.control import Check
from harness.core.errors import UsageError
from harness.core.plain_text import json_text
from harness.core.whole_file import write_whole
from harness.evidence.damage import damaged
from harness.evidence.digests import Digests
from harness.evidence.latest import point_latest
from harness.evidence.record_files import META, RecordFiles, writing
from harness.evidence.redaction import Redactor
from harness.evidence.run_meta import RunMeta, StoredCheck
from harness.evidence.seal import PARTS, BrokenSeal, broken_seal, seal, sealed_by
from harness.evidence.seal_key import trusted_keys

RESULTS = "results.ndjson"


class RunRecord(RecordFiles):
    """One run's folder: written by `create` and its methods, read by `open`."""

    def __init__(self, folder: Path, meta: RunMeta, redactor: Redactor) -> None:
        super().__init__(folder, redactor)
        self.meta = meta
        self.checks: list[Check] = []
        self.torn = False
        """Whether results are missing: a last line cut off, or fewer lines than the run ended with."""
        self.confirm: Callable[[Digests], None] | None = None
        """Who else is told what was written here, with each result."""
        self._digests.lines[RESULTS] = Counter()

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
            raise damaged(str(meta_path), error) from error

    def broken_seal(self, *, whole: bool = True, trusted: Collection[str] | None = None) -> BrokenSeal | None:
        """Why the record as it lies there cannot be believed; None: a trusted key sealed it so.

        Args:
            whole: of every file; else of what a later run reads.
            trusted: the only public keys that are believed; None: our own, and the pinned ones.
        """
        keys = trusted_keys() if trusted is None else trusted
        return broken_seal(self.folder, self.meta.id, keys, whole=whole)

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
            with self.held():
                self.confirm(self.untold())
        with self._lock:
            self.checks.append(kept)
        return kept

    def finish(
        self,
        *,
        ended: datetime,
        interrupted: bool,
        faults: Iterable[str] = (),
        lasted_s: float | None = None,
        app_answers: int | None = None,
        fault_rules: Iterable[str] | None = None,
        unmet_rules: Iterable[str] = (),
    ) -> None:
        """Close and seal the record: when it ended, whether its plan was done, what went wrong with us.

        Args:
            fault_rules: by which the platform went wrong meanwhile; None: as was known at its start.
            unmet_rules: those of them that hit nothing.

        It may be called again, when the finished record turns out to be faulty.
        """
        closing: dict[str, object] = {
            "ended": ended,
            "lasted_s": lasted_s,
            "app_answers": app_answers,
            "interrupted": interrupted,
            "checks": len(self.checks),
            "faults": tuple(faults),
        }
        if fault_rules is not None:
            closing |= {"fault_rules": tuple(fault_rules), "unmet_rules": tuple(unmet_rules)}
        self.meta = RunMeta.model_validate(dict(self.meta) | closing)
        self._write_meta()
        self._sealed = seal(self.folder, self.meta.id)

    def _write_meta(self) -> None:
        plain = self.redactor.members(self.meta.model_dump(mode="json", by_alias=True))
        with writing(self.folder / META):
            write_whole(self.folder / META, json_text(plain, indent=1) + "\n")

    def _read_checks(self, wanted: Callable[[bytes], bool] | None = None) -> None:
        path = self.folder / "results.ndjson"
        try:
            lines = path.read_bytes().split(b"\n")
        except FileNotFoundError:
            lines = [b""]
        except OSError as error:
            raise damaged(str(path), error) from error
        kept = len(lines) - 1
        self.torn = lines[-1] != b"" or self.meta.checks not in (None, kept)
        for number, line in enumerate(lines[:-1], 1):
            if wanted is not None and not wanted(line):
                continue
            try:
                self.checks.append(StoredCheck.model_validate_json(line))
            except ValidationError as error:
                raise damaged(f"{path}, line {number}", error) from error


def recorded_at(check: Check) -> datetime:
    """When a check's evidence was complete."""
    return check.started + timedelta(seconds=check.duration_s)
