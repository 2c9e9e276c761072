"""Papers as a record keeps them, made by code: signatures were judged when they were read."""

from __future__ import annotations

from datetime import timedelta

from harness.core.control import Method
from harness.evidence import RunRecord
from harness.verdict.papers import TWO_PERSONS
from reports.checklist import load
from reports.people import Document, Kind, PaperEntry, Papers
from tests.reports.sample_run import START


def entry(
    number: int, kind: Kind = Kind.ATTESTATION, control: str = "APP-01", **changes: object
) -> PaperEntry:
    """A line of the ledger that counts."""
    plain: dict[str, object] = {
        "number": number,
        "kind": kind,
        "control": control,
        "author": "release manager",
        "person": "release manager",
        "fingerprint": "SHA256:abc",
        "time": START - timedelta(days=2),
        "digest": f"{number:064x}",
        "document": Document(path="app.pdf", sha256="ab" * 32, size=9) if kind is Kind.ATTESTATION else None,
        "valid_until": START + timedelta(days=300),
        "reason": "" if kind is Kind.ATTESTATION else "until the next release",
        "budget": 1 if kind is Kind.WAIVER else 0,
    }
    return PaperEntry.model_validate(plain | changes)


def every_paper(record: RunRecord, subject: str = "sha256:5f2a9c31") -> None:
    """Keep in a record that goes on every paper there can be, approved where two persons are wanted."""
    entries: list[PaperEntry] = []
    for control in load().controls:
        if Method.ATTEST not in control.methods:
            continue
        first = entry(len(entries) + 1, control=control.id, subject=subject)
        entries.append(first)
        if control.section in TWO_PERSONS:
            head = "head of operations"
            approval = entry(
                len(entries) + 1, Kind.APPROVAL, control.id, author=head, person=head, about=first.digest
            )
            entries.append(approval)
    papers = Papers(taken=START, lines=len(entries), entries=tuple(entries))
    record.snapshot("papers", papers.model_dump(mode="json", by_alias=True, exclude_defaults=True))
