"""The commands about papers, from an empty folder to a gate that opens on them."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import golive
from harness.core.clock import wire_now
from harness.core.control import Check, Grade
from harness.core.errors import UsageError
from harness.verdict import Standing
from reports.judging import checklist_of, judge_record
from reports.page import render
from reports.people import papers_of
from tests.reports.sample_run import sample_run


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the keys of two persons, an SSH key and one in PEM, and a document."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "lead"], check=True)
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", "manager.pem"], check=True)
    told = subprocess.run(
        ["openssl", "pkey", "-in", "manager.pem", "-pubout"], check=True, capture_output=True
    )
    Path("manager.pub.pem").write_bytes(told.stdout)
    Path("drill.pdf").write_text("restored in 40 minutes", "utf-8")
    return tmp_path


def enrolled() -> None:
    keys = {"operations lead": "lead.pub", "release manager": "manager.pub.pem"}
    with Path("papers/people.toml").open("a", encoding="utf-8") as file:
        for name, key in keys.items():
            file.write(f"{json.dumps(name)} = [{json.dumps(Path(key).read_text('utf-8'))}]\n")


def said(*arguments: str, lang: str = "en") -> Result:
    return CliRunner().invoke(golive, [*arguments, "--lang", lang], standalone_mode=False)


LEAD = ("--by", "operations lead", "--key", "lead")
MANAGER = ("--by", "release manager", "--key", "manager.pem")
ASKED = "try it in your app: open its service status: enabled, WeChat initialised, no Alipay"
PAPER = ("--file", "drill.pdf", "--valid-until", "2099-06-30")


def entered(*arguments: str) -> str:
    result = said(*arguments)
    assert result.exception is None, result.exception
    assert result.return_value == 0
    return result.output


def test_a_paper_goes_from_its_form_to_its_approval() -> None:
    assert "papers: 20 files made" in entered("dossier", "init")
    enrolled()
    assert "papers: 0 files made" in entered("dossier", "init")
    attested = entered("attest", "ops-02", *PAPER, *LEAD)
    assert attested.splitlines() == [
        "entry 1: operations lead attests OPS-02, valid until 2099-06-30",
        "another person has to approve it: golive approve OPS-02 --by NAME",
    ]
    assert entered("approve", "OPS-02", *MANAGER) == (
        "entry 2: release manager approves the attestation of OPS-02\n"
    )
    waived = entered("waive", "PAY-09", "--reason", "mended on Thursday", "--owner", "payments", *MANAGER)
    assert waived.startswith("entry 3: release manager waives failures of PAY-09 until ")
    withdrawn = entered("withdraw", "2", "--reason", "not read", *LEAD)
    assert withdrawn.startswith("entry 4: operations lead withdraws an entry about OPS-02")
    assert papers_of(Path("papers")).refused == ()


def test_a_run_that_stands_is_judged_by_papers_signed_after_it() -> None:
    record = sample_run(Path("runs"))
    entered("dossier", "init")
    enrolled()
    entered("attest", "SEC-12", *PAPER, *MANAGER)
    entered("attest", "APP-01", *PAPER, *MANAGER)
    papers = papers_of(Path("papers"))
    assert [each.subject for each in papers.attestations()] == [record.meta.subject] * 2
    statuses = {each.id: each.status for each in judge_record(record, papers.taken, papers).controls}
    assert (statuses["SEC-12"], statuses["APP-01"]) == (Standing.PASS, Standing.PASS)


def test_the_status_says_what_is_missing_by_whom_and_what_blocks() -> None:
    record = sample_run(Path("runs"))
    entered("dossier", "init")
    enrolled()
    entered("attest", "OPS-02", *PAPER, *LEAD)
    entered("waive", "PAY-09", "--reason", "mended on Thursday", "--owner", "payments", *MANAGER)
    result = said("dossier", "status")
    lines = result.output.splitlines()
    assert result.return_value == 2
    assert lines[0].endswith("Beijing time: 0 of 18 valid")
    assert "  ✗ APP-01  Company papers complete · missing" in lines
    asked = "golive attest APP-01 --by NAME --file FILE --valid-until DATE"
    assert f"      to be brought by: legal counsel · {asked}" in lines
    assert (
        "      to be brought by: somebody other than operations lead · golive approve OPS-02 --by NAME"
        in lines
    )
    assert f"  by run {record.meta.id}" in lines
    assert any("milestone 2" in line and "blocked by" in line for line in lines)
    assert any(
        line.startswith("  entry 1, attestation of OPS-02: operations lead · valid ") for line in lines
    )
    waived = next(
        line for line in lines if line.startswith("  entry 2, waiver of PAY-09: release manager · ")
    )
    assert waived.endswith(" · covers 1 · mended on Thursday")


def test_what_was_withdrawn_or_corrected_is_no_entry_in_force() -> None:
    entered("dossier", "init")
    enrolled()
    entered("attest", "OPS-02", *PAPER, *LEAD)
    entered("approve", "OPS-02", *MANAGER)
    entered("attest", "OPS-02", *PAPER, *LEAD, "--corrects", "1", "--reason", "repeated")
    entered("waive", "PAY-09", "--reason", "mended on Thursday", "--owner", "payments", *MANAGER)
    entered("withdraw", "4", "--reason", "it came on Wednesday", *LEAD)
    told = json.loads(said("dossier", "status", "--json").output)
    assert [(each["number"], each["kind"]) for each in told["entries"]] == [(3, "attestation")]


def test_what_a_person_saw_at_a_real_target_is_attested_by_the_command_on_the_page() -> None:
    def asks(check: Check) -> Check:
        real = check.model_copy(update={"grade": Grade.EXPERIENCE})
        if check.control != "PAY-13":
            return real
        asked = {"outcome": "needs-human", "lacks": "merchant", "exercised": 0, "message": ASKED}
        return Check.model_validate(real.model_dump() | asked)

    start = wire_now()
    sample_run(Path("runs"), "rehearsal", start=start - timedelta(days=1))
    record = sample_run(Path("runs"), start=start, change=asks, grade=Grade.EXPERIENCE, gate="experience")
    page = render(record, checklist_of(record), judge_record(record))
    assert "golive attest PAY-13 --by NAME --file PICTURE --valid-until DATE" in page
    assert "golive attest PAY-13 --by 姓名 --file 照片" in page
    entered("dossier", "init")
    enrolled()
    until = (start + timedelta(days=9)).date().isoformat()
    told = entered(
        *("attest", "PAY-13", "--file", "drill.pdf", "--valid-until", until, "--run", record.meta.id), *LEAD
    )
    assert told.startswith(f"you sign for this: {ASKED}\nentry 1: operations lead attests PAY-13")
    papers = papers_of(Path("papers"))
    gate = judge_record(record, papers.taken, papers).gates["experience"]
    assert "PAY-13" not in [each.control for each in gate.missing]


def test_the_status_is_told_in_chinese_and_as_json() -> None:
    entered("dossier", "init")
    chinese = said("dossier", "status", lang="zh").output
    assert "企业资质材料齐全 · 缺失" in chinese
    assert "六周计划" in chinese
    told = json.loads(said("dossier", "status", "--json").output)
    assert (told["schema"], told["complete"], len(told["papers"]), len(told["weeks"])) == (1, False, 19, 6)
    assert told["papers"][0]["who"] == {"zh": "法务或行政负责人", "en": "legal counsel"}
    assert [each["reached"] for each in told["milestones"]] == [None, None, None]


def test_the_status_names_what_counts_for_nothing() -> None:
    entered("dossier", "init")
    enrolled()
    entered("attest", "OPS-02", *PAPER, *LEAD)
    (kept,) = Path("papers/documents").iterdir()
    kept.write_text("\x1b[2Jnothing", "utf-8")
    output = said("dossier", "status").output
    assert f"  line 1 OPS-02 operations lead: its document was changed: documents/{kept.name}" in output


def test_the_status_judges_expiry_at_the_moment_that_is_asked_for() -> None:
    entered("dossier", "init")
    enrolled()
    entered("attest", "APP-01", "--file", "drill.pdf", "--valid-until", "2098-12-31", *LEAD)
    states = {}
    for day in ("2098-01-01", "2098-12-20", "2098-12-31", "2099-01-01"):
        told = json.loads(said("dossier", "status", "--json", "--as-of", day).output)
        states[day] = next(each["state"] for each in told["papers"] if each["control"] == "APP-01")
    assert list(states.values()) == ["valid", "expires-soon", "void", "void"]


def test_without_a_folder_the_status_says_how_to_make_one() -> None:
    assert "there is no folder papers: golive dossier init makes it" in said("dossier", "status").output


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("attest", "OPS-99", *PAPER, *LEAD), "there is no control"),
        (("attest", "CBK-03", *PAPER, *LEAD), "judged by TEST"),
        (("attest", "OPS-02", "--file", "none", "--valid-until", "2099-01-01", *LEAD), "cannot be kept"),
        (("attest", "OPS-02", "--file", "drill.pdf", "--valid-until", "2020-01-01", *LEAD), "ends after now"),
        (("attest", "OPS-02", "--file", "drill.pdf", "--valid-until", "9999-12-31", *LEAD), "neither a day"),
        (("attest", "SEC-12", *PAPER, *LEAD), "no run says which"),
        (("attest", "SEC-12", "--run", "nowhere", *PAPER, *LEAD), "no run record here"),
        (("attest", "OPS-02", *PAPER, "--by", "release manager", "--key", "lead"), "is no key of"),
        (("approve", "OPS-02", *MANAGER), "no attestation of OPS-02"),
        (("waive", "CBK-01", "--reason", "x", "--owner", "x", *MANAGER), "nobody waives a fatal control"),
        (("waive", "PAY-09", "--reason", "x", "--owner", "x", "--days", "31", *MANAGER), "at most 30 days"),
        (("waive", "PAY-09", "--reason", "x", "--owner", "x", "--days", "-1", *MANAGER), "ends after now"),
        (
            ("waive", "PAY-09", "--reason", "x", "--owner", "x", "--budget", "0", *MANAGER),
            "at least one part",
        ),
        (("waive", "PAY-09", "--reason", " ", "--owner", "x", *MANAGER), "a reason and an owner"),
        (("withdraw", "1", "--reason", "x", *MANAGER), "no entry 1"),
    ],
)
def test_what_would_count_for_nothing_is_refused_and_nothing_is_entered(
    arguments: tuple[str, ...], what: str
) -> None:
    entered("dossier", "init")
    enrolled()
    error = said(*arguments).exception
    assert isinstance(error, UsageError)
    assert what in str(error)
    assert error.remedy
    ledger = Path("papers/ledger.ndjson")
    assert not ledger.exists() or ledger.read_bytes() == b""


def test_a_folder_that_cannot_be_made_is_told(desk: Path) -> None:
    (desk / "papers").write_text("a file", "utf-8")
    error = said("dossier", "init").exception
    assert isinstance(error, UsageError)
    assert "cannot be made" in error.what


def test_the_status_rests_on_the_newest_run_that_was_not_narrowed() -> None:
    whole = sample_run(Path("runs"), "20261123T020000Z-a1b2")
    sample_run(Path("runs"), "20261124T020000Z-a1b2", selection=True)
    told = json.loads(said("dossier", "status", "--json").output)
    assert (told["run"], told["subject"]) == (whole.meta.id, whole.meta.subject)
    assert [each["reached"] for each in told["milestones"]] == [False, False, False]
