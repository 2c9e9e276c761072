"""What is refused before it is signed, and what never gets lost."""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.core.errors import GoLiveError, UsageError
from reports.checklist import load
from reports.people import documents, entering, ledger, signing, sshsig
from reports.people.entering import Desk
from reports.people.forms import make_folder
from tests.reports.people.signed import APPROVER, AUTHOR, LATER, NOW, OTHER, Office, control


@contextmanager
def refused(office: Office, what: str) -> Iterator[None]:
    """Nothing is entered, and the error says why."""
    before = office.ledger.read_bytes() if office.ledger.exists() else b""
    with pytest.raises(UsageError, match=what):
        yield
    assert (office.ledger.read_bytes() if office.ledger.exists() else b"") == before


def test_a_fatal_control_is_never_waived(office: Office) -> None:
    with refused(office, "CBK-01 is fatal"):
        office.waive("CBK-01")


@pytest.mark.parametrize("days", [31, 400])
def test_no_waiver_lasts_longer_than_thirty_days(office: Office, days: int) -> None:
    with refused(office, "at most 30 days"):
        office.waive(days=days)


@pytest.mark.parametrize("days", [1, 29])
def test_a_waiver_of_some_days_is_taken(office: Office, days: int) -> None:
    office.waive(days=days)
    (waiver,) = office.papers().waivers()
    assert (waiver.control, waiver.author, waiver.budget) == ("PAY-09", APPROVER, 1)


def test_a_waiver_covers_something_and_ends_later_than_now(office: Office) -> None:
    with refused(office, "covers at least one part"):
        office.waive(budget=0)
    with refused(office, "so many parts"):
        office.waive(budget=10**20)
    with refused(office, "ends after now"):
        office.waive(days=0)


def test_nobody_approves_what_they_attested_whatever_they_call_themselves(office: Office) -> None:
    office.enrol({AUTHOR: [office.public(AUTHOR).line], "deputy": [office.public(AUTHOR).line]})
    office.attest()
    with refused(office, "nobody approves an attestation of their own"):
        office.desk("deputy", key_of=AUTHOR).approve(control("OPS-02"))


def test_nothing_is_approved_that_nobody_attested_or_that_expired(office: Office) -> None:
    with refused(office, "no attestation of OPS-02 to approve"):
        office.approve()
    office.attest(until=NOW + timedelta(minutes=1))
    office.now += timedelta(hours=1)
    with refused(office, "has expired"):
        office.approve()


def test_what_a_test_judges_is_not_attested(office: Office) -> None:
    with refused(office, "CBK-03 is judged by TEST"):
        office.attest("CBK-03")


def test_a_paper_about_a_build_names_the_build(office: Office) -> None:
    with refused(office, "SEC-12 is about one build of the app"):
        office.attest("SEC-12")
    assert office.attest("SEC-12", subject="sha256:5f2a9c31").subject == "sha256:5f2a9c31"


def test_a_name_that_is_not_in_the_list_is_told_with_the_nearest(office: Office) -> None:
    with refused(office, "operations leed is not in people.toml"):
        office.desk("operations leed", key_of=AUTHOR).attest(
            control("OPS-02"), office.document, statement="", valid_until=LATER, subject=""
        )


def test_a_paper_ends_after_now(office: Office) -> None:
    with refused(office, "ends after now"):
        office.attest(until=NOW)


def test_a_clock_that_was_set_back_enters_nothing(office: Office) -> None:
    office.attest("OPS-01")
    office.now -= timedelta(days=1)
    with refused(office, "clock stands before an entry"):
        office.attest("OPS-02")


def test_nothing_is_added_to_a_broken_ledger(office: Office) -> None:
    office.attest("OPS-01")
    office.attest("OPS-02")
    office.ledger.write_bytes(office.lines()[1])
    with refused(office, "the ledger is broken"):
        office.attest("OPS-03")


@pytest.mark.parametrize("number", [0, 2, -1])
def test_only_an_entry_that_counts_is_withdrawn(office: Office, number: int) -> None:
    office.attest()
    with refused(office, "there is no entry"):
        office.desk(OTHER).withdraw(number, reason="why")


def test_a_withdrawal_wants_a_reason_and_happens_once(office: Office) -> None:
    office.attest()
    with refused(office, "wants a reason"):
        office.desk(OTHER).withdraw(1, reason=" ")
    office.desk(OTHER).withdraw(1, reason="gap on Sunday")
    with refused(office, "there is no entry 1 that counts"):
        office.desk(OTHER).withdraw(1, reason="gap on Sunday")


def test_a_link_is_not_taken_as_the_document(office: Office, tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to(office.document)
    office.document = link
    with refused(office, "a link, or no plain file"):
        office.attest()


@pytest.mark.parametrize("kind", ["pipe", "folder", "missing", "empty"])
def test_what_is_no_document_is_told(office: Office, tmp_path: Path, kind: str) -> None:
    office.document = tmp_path / kind
    match kind:
        case "pipe":
            os.mkfifo(office.document)
        case "folder":
            office.document.mkdir()
        case "empty":
            office.document.touch()
    with refused(office, "document"):
        office.attest()


def test_a_form_that_nobody_filled_in_proves_nothing(office: Office) -> None:
    make_folder(office.folder, load())
    office.document = office.folder / "forms" / "OPS-02.md"
    with refused(office, "nothing is filled in in the form of OPS-02"):
        office.attest()
    filled = office.document.read_text("utf-8").replace("|  |  |", "| drill.pdf | 2027-01-31 |")
    office.document.write_text(filled, "utf-8")
    assert office.attest().number == 1


def test_a_huge_document_is_refused_by_its_size(office: Office) -> None:
    with office.document.open("wb") as file:
        file.truncate(documents.LARGEST + 1)
    with refused(office, "larger than 256 MiB"):
        office.attest()
    assert not list((office.folder).glob("documents/*"))


def test_a_document_is_kept_under_a_name_that_nothing_stumbles_over(office: Office, tmp_path: Path) -> None:
    office.document = tmp_path / ("营业执照 <b>;rm -rf" + "长" * 60 + ".pdf")
    office.document.write_text("x", "utf-8")
    entry = office.attest()
    assert entry.document
    name = entry.document.path.removeprefix("documents/")
    assert (office.folder / entry.document.path).read_text("utf-8") == "x"
    assert not set(name) & set("<>; /")
    assert len(name.encode()) < 120
    assert name.endswith(".pdf")


def test_the_same_document_is_kept_once(office: Office) -> None:
    office.attest("OPS-01")
    office.attest("OPS-01")
    assert len(list((office.folder / "documents").iterdir())) == 1


def sign_eight(office: Office, name: str) -> None:
    """Eight papers in a row, dated by the machine's clock."""
    until = datetime.now(UTC) + timedelta(days=30)
    desk = Desk(office.folder, name, office.pem(name))
    for _ in range(8):
        desk.attest(control("OPS-01"), office.document, statement="x", valid_until=until, subject="")


def test_three_who_sign_at_once_lose_nothing(office: Office) -> None:
    fork = multiprocessing.get_context("fork")
    jobs = [fork.Process(target=sign_eight, args=(office, name)) for name in office.keys]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(60)
    assert [job.exitcode for job in jobs] == [0, 0, 0]
    office.now = datetime.now(UTC)
    assert office.counted() == list(range(1, 25))
    assert office.reasons() == {}


def test_what_was_withdrawn_while_somebody_decided_is_not_approved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.attest()
    desk, signer = office.desk(APPROVER), signing.Signer

    def slow(*arguments: object) -> object:
        monkeypatch.setattr(entering, "Signer", signer)
        office.desk(OTHER).withdraw(1, reason="the drill was of another system")
        return signer(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(entering, "Signer", slow)
    with pytest.raises(UsageError, match="withdrawn or corrected meanwhile"):
        desk.approve(control("OPS-02"))
    assert office.counted() == [1, 2]


def test_an_entry_goes_into_no_file_that_is_not_the_ledger_any_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.attest("OPS-01")
    sign = sshsig.sign_ed25519

    def checked_out(*arguments: object) -> str:
        other = office.folder / "fresh"
        other.write_bytes(office.ledger.read_bytes())
        other.replace(office.ledger)
        return sign(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("reports.people.signing.sign_ed25519", checked_out)
    with refused(office, "another file was put in its place"):
        office.attest("OPS-02")


def test_whoever_holds_the_ledger_for_too_long_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.attest("OPS-01")
    monkeypatch.setattr(ledger, "PATIENCE_S", 0.1)
    with office.ledger.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with refused(office, "somebody else is adding an entry"):
            office.attest("OPS-02")


def test_on_a_full_disk_the_ledger_stays_as_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.attest("OPS-01")

    def full(place: int) -> None:
        if Path(f"/proc/self/fd/{place}").readlink() == office.ledger:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with refused(office, "No space left"):
        office.attest("OPS-02")


def test_a_folder_that_nobody_may_write_is_told(office: Office) -> None:
    office.ledger.mkdir()
    with pytest.raises(GoLiveError, match="the ledger of papers cannot be used"):
        office.attest()
