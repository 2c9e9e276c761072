"""The papers of a pack prove what its record was judged by, entry by entry, or it is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.evidence.pack.refusal import PackRefused
from harness.verdict import Standing
from reports.checklist import load
from reports.evidence_pack.make import make_pack
from reports.evidence_pack.verify import Verified
from reports.judging import take_snapshots
from tests.reports.evidence_pack.packed_run import Pack
from tests.reports.people.signed import OTHER, Office
from tests.reports.sample_run import START, check, meta

LEDGER = "papers/ledger.ndjson"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A folder of papers beside the runs, with an attestation and its approval."""
    made = Office(tmp_path)
    made.attest()
    made.approve()
    return made


@pytest.fixture
def record(office: Office, tmp_path: Path) -> RunRecord:
    """A run that began when they stood."""
    begun = RunRecord.create(tmp_path / "runs" / "run-1", meta("run-1"))
    take_snapshots(begun, load().model_copy(update={"scenarios": ()}), office.folder)
    begun.append(check("CBK-02"))
    begun.finish(ended=START + timedelta(hours=1), interrupted=False)
    return RunRecord.open(begun.folder)


@pytest.fixture
def pack(record: RunRecord, tmp_path: Path) -> Pack:
    """Its pack."""
    place = tmp_path / "work"
    place.mkdir()
    return Pack(make_pack(record.folder, tmp_path / "pack.zip").path.read_bytes(), place)


def test_a_pack_proves_what_persons_signed(pack: Pack, verified: Callable[[bytes], Verified]) -> None:
    found = verified(pack.data)
    assert found.notes == ()
    assert found.predicate.papers == 3
    status = next(each for each in found.judgement.controls if each.id == "OPS-02")
    assert status.status is Standing.PASS


def test_what_was_signed_after_the_run_began_changes_nothing(
    office: Office, record: RunRecord, tmp_path: Path, verified: Callable[[bytes], Verified]
) -> None:
    office.now = record.meta.started + timedelta(days=400)
    office.attest("OPS-03", OTHER, until=office.now + timedelta(days=30))
    made = make_pack(record.folder, tmp_path / "later.zip")
    assert verified(made.path.read_bytes()).notes == ()


def edited(office: Office) -> None:
    office.edit(1, lambda members: members.update(statement="it was never restored"))


def without_documents(office: Office) -> None:
    for path in (office.folder / "documents").iterdir():
        path.unlink()


HARM: dict[str, Callable[[Office], object]] = {
    "edited": edited,
    "gone": lambda office: office.ledger.unlink(),
    "without its document": without_documents,
    "of somebody who is not in the list any more": lambda office: office.enrol(
        {OTHER: [office.public(OTHER).line]}
    ),
}


@pytest.mark.parametrize("an_entry_is", HARM)
def test_no_pack_is_made_where_an_entry(
    an_entry_is: str, office: Office, record: RunRecord, tmp_path: Path
) -> None:
    HARM[an_entry_is](office)
    with pytest.raises(UsageError, match="the papers do not prove entry 1 any more"):
        make_pack(record.folder, tmp_path / "pack.zip")
    assert not (tmp_path / "pack.zip").exists()


def test_papers_that_were_changed_in_the_pack_are_refused_whoever_signed_it(
    pack: Pack, verified: Callable[[bytes], Verified]
) -> None:
    changed = pack.members[LEDGER].replace(b"it was restored", b"it was restarted")
    assert changed != pack.members[LEDGER]
    with pytest.raises(PackRefused, match="do not prove entry 1") as refused:
        verified(pack.resigned({LEDGER: changed}))
    assert refused.value.reason == "papers"


def test_papers_left_out_of_the_statement_are_missed(
    pack: Pack, verified: Callable[[bytes], Verified]
) -> None:
    without = {name: None for name in pack.members if name.startswith("papers/")}
    with pytest.raises(PackRefused, match="another number of papers"):
        verified(pack.resigned(without))


def test_without_papers_a_note_says_who_vouches(pack: Pack, verified: Callable[[bytes], Verified]) -> None:
    without = {name: None for name in pack.members if name.startswith("papers/")}
    (note,) = verified(pack.resigned(without, papers=0)).notes
    assert "only this run's seal vouches" in note.en
