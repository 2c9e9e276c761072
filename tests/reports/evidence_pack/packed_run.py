"""A pack of a run that rests on an earlier one, with papers; and ways to write it anew."""

from __future__ import annotations

import io
import json
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.evidence import RunRecord
from harness.evidence.pack import statement
from harness.evidence.pack.container import members_of
from harness.evidence.pack.envelope import open_envelope, sign
from harness.evidence.pack.writer import PackWriter
from harness.evidence.seal_key import own_key, public_text
from reports.evidence_pack.make import make_pack
from tests.reports.sample_run import START, sample_run

RUN, EARLIER = "now", "earlier"
HOME = f"runs/{RUN}"
RESTED_ON = "CBK-11"
"""The control that only the earlier run found."""


def recorded(runs: Path, **changes: object) -> RunRecord:
    """A run that is GO because an earlier one found what it did not look at."""
    sample_run(runs, EARLIER, change=lambda each: each if each.control == RESTED_ON else None)
    return sample_run(
        runs,
        RUN,
        start=START + timedelta(hours=1),
        change=lambda each: None if each.control == RESTED_ON else each,
        **changes,  # type: ignore[arg-type]
    )


def packed(place: Path) -> bytes:
    """Its pack, with two papers beside the runs."""
    record = recorded(place / "runs")
    papers = place / "papers"
    papers.mkdir()
    (papers / "ledger.ndjson").write_text('{"control":"APP-01"}\n', "utf-8")
    (papers / "审批.txt").write_text("同意\n", "utf-8")
    return make_pack(record.folder, place / "pack.zip").path.read_bytes()


@dataclass(slots=True)
class Pack:
    """The bytes of a pack, and what they hold."""

    data: bytes
    place: Path
    """An empty folder to work in."""
    key: Ed25519PrivateKey = field(default_factory=own_key)

    @property
    def members(self) -> dict[str, bytes]:
        """What it holds, by name."""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @property
    def stated(self) -> statement.Statement:
        """What was signed."""
        envelope = self.members[statement.MEMBER]
        return statement.read(open_envelope(envelope, {public_text(self.key)}).payload)

    def rewritten(self, changed: Mapping[str, bytes | None]) -> bytes:
        """With members changed, added or (None) gone; the statement stays unless it is named."""
        kept = {name: data for name, data in (self.members | dict(changed)).items() if data is not None}
        return zipped(kept.items())

    def resigned(
        self,
        changed: Mapping[str, bytes | None] = {},
        *,
        key: Ed25519PrivateKey | None = None,
        **says: object,
    ) -> bytes:
        """The same, with a statement of what is in it now: as the owner of a pinned key could make it."""
        kept = {name: data for name, data in (self.members | dict(changed)).items() if data is not None}
        kept.pop(statement.MEMBER)
        digests = {name: sha256(data).hexdigest() for name, data in kept.items()}
        predicate = self.stated.predicate.model_copy(update=says)
        kept[statement.MEMBER] = sign(statement.written(digests, predicate), key or self.key)
        return zipped(kept.items())

    def unpacked(self) -> Path:
        """The record, on the disk; its folder."""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            archive.extractall(self.place)
        return self.place / "runs" / RUN

    def with_record(self, harm: Callable[[Path], object], **says: Any) -> bytes:
        """Its record changed on the disk and signed anew by the owner of the key."""
        folder = self.unpacked()
        harm(folder)
        home = folder.relative_to(self.place)
        files = {
            path.relative_to(self.place).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        gone = dict.fromkeys((name for name in self.members if name.startswith(f"{home}/")), None)
        shutil.rmtree(self.place / "runs")
        return self.resigned({**gone, **files}, **says)

    def header(self, name: str) -> tuple[int, int]:
        """Where a member's two headers begin: in front of it, and in the directory."""
        member = next(each for each in members_of(io.BytesIO(self.data)) if each.name == name)
        raw = name.encode()
        local = member.start - 30 - len(raw)
        return local, self.data.rindex(raw) - 46

    def patched(self, *edits: tuple[int, str, int]) -> bytes:
        """With numbers written over what stands there: offset, form, number."""
        data = bytearray(self.data)
        for at, form, number in edits:
            struct.pack_into(form, data, at, number)
        return bytes(data)


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Members as our writer writes them, whatever they are called and how often."""
    made = io.BytesIO()
    writer = AnyNames(made)
    for name, data in members:
        writer.add(name, [data])
    writer.close()
    return made.getvalue()


class AnyNames(PackWriter):
    """Writes whatever names it is told to."""

    def add(self, name: str, pieces: Iterable[bytes]) -> str:
        self._zip.NameToInfo.clear()  # it would warn of a name that comes twice
        return super().add(name, pieces)

    def close(self) -> None:
        self._zip.close()


def told(data: bytes) -> Any:
    """JSON."""
    return json.loads(data)
