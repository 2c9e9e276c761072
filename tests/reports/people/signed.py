"""Persons with keys made for a test, and papers signed by them in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from harness.core.control import Control
from reports.checklist import load
from reports.people import Papers, SignedEntry, papers_of
from reports.people.entering import Desk
from reports.people.entry import signed_bytes
from reports.people.public_keys import PublicKey, of_ed25519
from reports.people.sshsig import sign_ed25519

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=60)
AUTHOR, APPROVER, OTHER = "operations lead", "release manager", "finance lead"


def control(id_: str) -> Control:
    return load().control(id_)


class Office:
    """A folder of papers, three persons who may sign, and a clock that goes on with each look."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "papers"
        self.keys = {name: Ed25519PrivateKey.generate() for name in (AUTHOR, APPROVER, OTHER)}
        self.now = NOW
        self._place = place
        self.folder.mkdir(parents=True)
        self.enrol({name: [self.public(name).line] for name in self.keys})
        self.document = place / "drill.pdf"
        self.document.write_text("restored in 40 minutes", "utf-8")

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def enrol(self, keys: dict[str, list[str]]) -> None:
        lines = [f"{json.dumps(name)} = {json.dumps(held)}" for name, held in keys.items()]
        (self.folder / "people.toml").write_text("[people]\n" + "\n".join(lines) + "\n", "utf-8")

    def public(self, name: str) -> PublicKey:
        return of_ed25519(self.keys[name].public_key())

    def pem(self, name: str) -> Path:
        """The file of a person's private key."""
        path = self._place / f"{name}.pem"
        path.write_bytes(self.keys[name].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return path

    def public_pem(self, name: str) -> str:
        key = self.keys[name].public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def desk(self, name: str, key_of: str = "") -> Desk:
        return Desk(self.folder, name, self.pem(key_of or name), self.clock)

    def attest(
        self, id_: str = "OPS-02", name: str = AUTHOR, *, subject: str = "", until: datetime = LATER
    ) -> SignedEntry:
        return self.desk(name).attest(
            control(id_), self.document, statement="it was restored", valid_until=until, subject=subject
        )

    def approve(self, id_: str = "OPS-02", name: str = APPROVER) -> SignedEntry:
        return self.desk(name).approve(control(id_))

    def waive(self, id_: str = "PAY-09", *, days: int = 7, budget: int = 1) -> SignedEntry:
        until = self.now + timedelta(days=days)
        return self.desk(APPROVER).waive(
            control(id_), reason="mended next week", owner="payments team", until=until, budget=budget
        )

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.ndjson"

    def lines(self) -> list[bytes]:
        return self.ledger.read_bytes().splitlines(keepends=True)

    def papers(self) -> Papers:
        return papers_of(self.folder, self.now + timedelta(hours=1))

    def reasons(self) -> dict[int, str]:
        """Why lines count for nothing, by their number."""
        return {each.number: each.why.en for each in self.papers().refused}

    def counted(self) -> list[int]:
        return [each.number for each in self.papers().entries]

    def edit(self, number: int, change: Callable[[dict[str, object]], object], signer: str = "") -> None:
        """Change a line's members; signed anew where a signer is named, else as it was."""
        lines = self.lines()
        members = json.loads(lines[number - 1])
        change(members)
        if signer:
            members["signature"] = sign_ed25519(self.keys[signer], signed_bytes(members))
        lines[number - 1] = json.dumps(members, sort_keys=True).encode() + b"\n"
        self.ledger.write_bytes(b"".join(lines))
