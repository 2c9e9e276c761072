"""Which entries of a ledger count, and which count for nothing and why."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.people import Kind, papers_of
from reports.people.papers import Papers
from tests.reports.people.signed import APPROVER, AUTHOR, LATER, NOW, OTHER, Office, control


def test_an_attestation_with_its_approval_counts(office: Office) -> None:
    office.attest()
    office.approve()
    (attested,) = office.papers().attestations()
    assert (attested.control, attested.name, attested.valid_until) == ("OPS-02", AUTHOR, LATER)
    assert [each.name for each in attested.approvals] == [APPROVER]
    assert office.reasons() == {}


def test_no_folder_holds_no_papers(tmp_path: Path) -> None:
    assert papers_of(tmp_path / "papers", NOW) == Papers.none(NOW)


def test_papers_read_back_from_their_snapshot_as_the_same(office: Office) -> None:
    office.attest()
    office.waive()
    office.edit(2, lambda members: members.update(reason="another"))
    papers = office.papers()
    kept = papers.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert Papers.model_validate(kept) == papers
    assert papers.refused
    assert papers.lines == 2


def test_an_edited_line_counts_for_nothing_and_neither_does_what_follows(office: Office) -> None:
    office.attest()
    office.attest("OPS-03")
    office.approve("OPS-03")
    office.edit(2, lambda members: members.update(statement="it was never tried"))
    assert office.counted() == [1]
    assert office.reasons() == {
        2: "its signature does not hold: it is not of these words",
        3: "the ledger is broken here: a line before it was removed, edited or moved",
    }


def test_a_removed_line_shows_in_all_that_follow(office: Office) -> None:
    for id_ in ("OPS-01", "OPS-02", "OPS-03", "OPS-04"):
        office.attest(id_)
    lines = office.lines()
    office.ledger.write_bytes(b"".join([lines[0], *lines[2:]]))
    assert office.counted() == [1]
    assert office.reasons()[2].startswith("the ledger is broken here")
    assert office.reasons()[3] == "it follows line 2, where the ledger is broken"


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 2, 1], [0, 0, 1]])
def test_lines_that_were_moved_or_repeated_count_for_nothing(office: Office, order: list[int]) -> None:
    for id_ in ("OPS-01", "OPS-02", "OPS-03"):
        office.attest(id_)
    lines = office.lines()
    office.ledger.write_bytes(b"".join(lines[each] for each in order))
    broken = next(place for place, each in enumerate(order) if place != each)
    assert office.counted() == list(range(1, broken + 1))


def test_whoever_is_not_in_the_list_of_persons_signs_nothing(office: Office) -> None:
    office.attest()
    office.enrol({APPROVER: [office.public(APPROVER).line]})
    assert office.counted() == []
    assert office.reasons() == {1: f"{AUTHOR} is not in people.toml"}


def test_a_key_that_is_not_the_authors_signs_nothing(office: Office) -> None:
    office.attest()
    office.edit(1, lambda members: None, signer=OTHER)
    found = office.reasons()[1]
    assert found.endswith(f"which is no key of {AUTHOR}")
    assert office.public(OTHER).fingerprint in found


def test_a_name_put_over_anothers_signature_counts_for_nothing(office: Office) -> None:
    office.attest()
    office.edit(1, lambda members: members.update(author=APPROVER))
    assert office.reasons() == {1: "its signature does not hold: it is not of these words"}


def test_the_author_cannot_approve_under_another_name_with_the_same_key(office: Office) -> None:
    office.attest()
    office.approve()
    office.enrol(
        {
            AUTHOR: [office.public(AUTHOR).line, office.public(APPROVER).line],
            APPROVER: [office.public(APPROVER).line],
        }
    )
    assert office.counted() == [1]
    assert office.reasons()[2] == f"{APPROVER} is the same person as the author, who cannot approve it"


def test_a_key_in_pem_and_in_sshs_form_is_one_key_and_makes_one_person(office: Office) -> None:
    office.attest()
    office.approve()
    office.enrol(
        {
            AUTHOR: [office.public(AUTHOR).line],
            APPROVER: [office.public(APPROVER).line, office.public_pem(AUTHOR)],
        }
    )
    assert "same person" in office.reasons()[2]


def test_a_changed_document_takes_its_attestation_away_and_the_approval_with_it(office: Office) -> None:
    entry = office.attest()
    office.approve()
    assert entry.document
    kept = office.folder / entry.document.path
    kept.write_text("restored in 40 hours!!", "utf-8")
    assert office.counted() == []
    assert office.reasons()[1] == f"its document was changed: {entry.document.path}"
    assert office.reasons()[2].startswith("the entry that it is about is not there")


def test_a_document_that_is_gone_is_told(office: Office) -> None:
    entry = office.attest()
    assert entry.document
    (office.folder / entry.document.path).unlink()
    assert office.reasons() == {1: f"its document is gone: {entry.document.path}"}


def test_a_link_in_place_of_the_document_is_never_the_document(office: Office) -> None:
    entry = office.attest()
    assert entry.document
    kept = office.folder / entry.document.path
    kept.unlink()
    kept.symlink_to(office.document)
    assert office.reasons() == {1: f"its document is a link, or no plain file: {entry.document.path}"}


def test_documents_behind_a_linked_folder_are_outside(office: Office, tmp_path: Path) -> None:
    entry = office.attest()
    assert entry.document
    (office.folder / "documents").rename(tmp_path / "elsewhere")
    (office.folder / "documents").symlink_to(tmp_path / "elsewhere")
    assert office.reasons() == {1: f"its document lies outside of the folder: {entry.document.path}"}


@pytest.mark.parametrize("path", ["../people.toml", "/etc/hostname", "documents/../../x", "a\0b", ""])
def test_a_document_outside_of_the_folder_is_not_looked_at(office: Office, path: str) -> None:
    office.attest()

    def elsewhere(members: dict[str, object]) -> None:
        members["document"] = {"path": path, "sha256": "0" * 64, "size": 1}

    office.edit(1, elsewhere, signer=AUTHOR)
    assert office.counted() == []
    assert 1 in office.reasons()


def test_an_entry_dated_before_the_one_it_follows_counts_for_nothing(office: Office) -> None:
    office.attest("OPS-01")
    office.attest("OPS-02")
    earlier = (NOW - timedelta(days=1)).isoformat()
    office.edit(2, lambda members: members.update(time=earlier), signer=AUTHOR)
    assert office.counted() == [1]
    assert office.reasons() == {2: "it is dated before the entry that it follows: a clock was set back"}


def test_an_entry_dated_later_than_now_counts_for_nothing(office: Office) -> None:
    office.now = LATER
    office.attest(until=LATER + timedelta(days=1))
    office.now = NOW
    assert office.counted() == []
    assert office.reasons() == {1: "it is dated later than now: a clock was wrong"}


def test_an_entry_that_was_withdrawn_ended_then(office: Office) -> None:
    office.attest()
    office.desk(OTHER).withdraw(1, reason="the drill was of another system")
    papers = office.papers()
    (attested,) = papers.attestations()
    assert attested.withdrawn == office.papers().entries[1].time
    assert [each.kind for each in papers.entries] == [Kind.ATTESTATION, Kind.WITHDRAWAL]


def test_a_correction_ends_what_it_corrects_and_wants_an_approval_of_its_own(office: Office) -> None:
    office.attest()
    office.approve()
    desk = office.desk(AUTHOR)
    entry = desk.attest(
        control("OPS-02"),
        office.document,
        statement="again",
        valid_until=LATER,
        subject="",
        corrects=1,
        reason="typo",
    )
    first, second = office.papers().attestations()
    assert (first.withdrawn, second.approvals, second.entry) == (entry.time, (), 3)


def test_a_waiver_longer_than_thirty_days_counts_for_nothing(office: Office) -> None:
    office.waive()
    until = (NOW + timedelta(days=31)).isoformat()
    office.edit(1, lambda members: members.update(valid_until=until), signer=APPROVER)
    assert office.papers().waivers() == []
    assert office.reasons() == {1: "it waives for more than 30 days"}


@pytest.mark.parametrize("member", ["reason", "owner", "valid_until", "budget"])
def test_a_waiver_lacks_nothing(office: Office, member: str) -> None:
    office.waive()
    office.edit(1, lambda members: members.pop(member), signer=APPROVER)
    assert office.reasons() == {1: f"it lacks what an entry of its kind has: {member}"}


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b'{"schema":2}',
        b"[" * 100_000,
        b'{"number":' + b"9" * 5000 + b"}",
        "\u202e".encode(),
        b"",
    ],
    ids=["bytes", "cut", "list", "null", "newer", "deep", "long", "bidi", "empty"],
)
def test_a_line_that_cannot_be_read_counts_for_nothing_and_breaks_what_follows(
    office: Office, line: bytes
) -> None:
    office.attest("OPS-01")
    office.attest("OPS-02")
    first, second = office.lines()
    office.ledger.write_bytes(first + line + b"\n" + second)
    assert office.counted() == [1]
    assert office.reasons()[2] == "the line cannot be read"
    assert office.reasons()[3].startswith("the ledger is broken here")


def test_a_line_that_was_cut_off_when_a_machine_fell_over_holds_up_no_other(office: Office) -> None:
    office.attest("OPS-01")
    with office.ledger.open("ab") as file:
        file.write(b'{"author":"operati')
    office.attest("OPS-02")
    assert office.counted() == [1, 3]
    assert office.reasons() == {2: "the line cannot be read"}


@pytest.mark.parametrize(
    "text", ["half \ud83d an emoji", "\x1b[2Kvalid", "<script>alert(1)</script>", "\u202eevil"]
)
def test_texts_of_others_are_kept_so_that_nothing_obeys_them(office: Office, text: str) -> None:
    desk = office.desk(AUTHOR)
    desk.attest(control("OPS-02"), office.document, statement=text, valid_until=LATER, subject="")
    (kept,) = office.papers().entries
    assert not {"\x1b", "\u202e", "\ud83d"} & set(kept.statement)
    assert kept.statement
    office.ledger.read_text("utf-8")


def test_half_an_emoji_written_by_somebody_else_is_read_as_its_escape(office: Office) -> None:
    office.attest()
    office.edit(1, lambda members: members.update(statement="\ud83d"), signer=AUTHOR)
    assert [each.statement for each in office.papers().entries] == ["\\ud83d"]


@pytest.mark.parametrize("name", ["people.toml", "ledger.ndjson"])
def test_a_folder_that_cannot_be_read_says_so_and_holds_no_papers(office: Office, name: str) -> None:
    office.attest()
    path = office.folder / name
    path.unlink()
    path.symlink_to("/dev/zero") if name == "ledger.ndjson" else path.write_bytes(b"\xff")
    papers = office.papers()
    assert papers.entries == ()
    assert [each.number for each in papers.refused] == [0]


@pytest.mark.parametrize(
    ("member", "moment"),
    [("valid_until", "9999-12-31T23:59:59Z"), ("time", "0001-01-01T00:00:00+08:00"), ("time", 10**15)],
)
def test_a_moment_that_no_calendar_has_is_no_line(office: Office, member: str, moment: object) -> None:
    office.attest()
    office.edit(1, lambda members: members.update({member: moment}), AUTHOR)
    assert office.reasons() == {1: "the line cannot be read"}


def test_a_pipe_in_place_of_the_ledger_holds_nobody_up(office: Office) -> None:
    os.mkfifo(office.ledger)
    assert [each.number for each in office.papers().refused] == [0]


class Whole(NamedTuple):
    """A ledger as it was signed."""

    office: Office
    text: bytes
    counted: set[tuple[int, str]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """A ledger of two entries, signed once for all examples."""
    office = Office(tmp_path_factory.mktemp("office"))
    office.attest()
    office.approve()
    counted = {(each.number, each.digest) for each in office.papers().entries}
    return Whole(office, office.ledger.read_bytes(), counted)


@given(st.binary(max_size=300), st.integers(0, 10_000))
def test_no_damage_raises_or_makes_an_entry_count_that_nobody_signed(
    whole: Whole, noise: bytes, at: int
) -> None:
    cut = at % len(whole.text)
    whole.office.ledger.write_bytes(whole.text[:cut] + noise + whole.text[cut + len(noise) :])
    found = {(each.number, each.digest) for each in whole.office.papers().entries}
    assert found <= whole.counted
