"""The catalogue as data: every control, once, with its grade; and gates that mean what the catalogue says."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from harness.core.control import Control, Grade, Method, Scope, Severity
from harness.core.errors import HarnessError, UsageError
from harness.verdict import requirements
from reports.checklist import Checklist, load
from reports.checklist.loader import read

CHINESE = re.compile("[\u4e00-\u9fff]")
SECTIONS = {
    "APP": 6,
    "CFG": 14,
    "PAY": 16,
    "QRY": 4,
    "RFD": 7,
    "RCN": 3,
    "CBK": 20,
    "DEG": 8,
    "EXP": 5,
    "MCP": 8,
    "SEC": 15,
    "PRF": 6,
    "STB": 2,
    "MON": 6,
    "OPS": 6,
    "BIZ": 5,
}
CONFIRMED = {
    Grade.EXPERIENCE: {
        *("CFG-09", "CFG-10", "CFG-12", "CFG-14"),
        *("PAY-01", "PAY-02", "PAY-03", "PAY-04", "PAY-05", "PAY-12", "PAY-13"),
        *("QRY-04", "RCN-01", "CBK-01"),
        *("EXP-01", "EXP-02", "EXP-03", "EXP-04", "EXP-05"),
        *("MCP-01", "MCP-02", "MCP-03", "MCP-04", "MCP-05", "MCP-06", "MCP-07"),
        *("SEC-01", "SEC-02", "PRF-01", "PRF-02", "PRF-03", "STB-01", "STB-02"),
    },
    Grade.PRODUCTION: {"CFG-11"},
    Grade.PAPER: {
        *("APP-01", "APP-02", "APP-03", "APP-04", "APP-06", "SEC-09", "SEC-12"),
        *(f"OPS-0{number}" for number in range(1, 7)),
        *(f"BIZ-0{number}" for number in range(1, 6)),
    },
}
SHOULD = {"PAY-15", "EXP-05", "MCP-03", "PRF-06", "STB-02", "RFD-07"}
FATAL = {
    *("CFG-01", "CFG-02", "CFG-03", "CFG-04", "CFG-07", "CFG-09", "CFG-11", "CFG-12"),
    *("PAY-01", "PAY-02", "PAY-03", "PAY-06", "PAY-07", "PAY-08", "PAY-14"),
    *("QRY-02", "QRY-04", "RFD-01", "RFD-02", "RFD-05", "RCN-03"),
    *(f"CBK-{number:02d}" for number in (*range(1, 13), 15, 16, 19, 20)),
    *("DEG-01", "DEG-02", "DEG-05", "DEG-07", "EXP-01"),
    *("MCP-04", "MCP-05", "MCP-06", "MCP-07"),
    *("SEC-01", "SEC-03", "SEC-05", "SEC-06", "SEC-07", "SEC-09", "SEC-13", "SEC-14", "SEC-15"),
    *("PRF-01", "PRF-02", "PRF-03", "PRF-05", "STB-01"),
}


@pytest.fixture(scope="module")
def checklist() -> Checklist:
    return load()


def test_every_section_has_its_controls_numbered_without_a_gap(checklist: Checklist) -> None:
    assert Counter(control.section for control in checklist.controls) == SECTIONS
    expected = [
        f"{section}-{number:02d}" for section, count in SECTIONS.items() for number in range(1, count + 1)
    ]
    assert [control.id for control in checklist.controls] == expected
    assert [section.id for section in checklist.sections] == list(SECTIONS)


@pytest.mark.parametrize("grade", CONFIRMED)
def test_the_grade_that_later_gates_want(checklist: Checklist, grade: Grade) -> None:
    assert {each.id for each in checklist.controls if each.confirmed_at is grade} == CONFIRMED[grade]


def test_what_no_simulator_can_show_is_not_rehearsed(checklist: Checklist) -> None:
    unrehearsed = {each.id for each in checklist.controls if not each.rehearsed}
    assert unrehearsed == CONFIRMED[Grade.PAPER] | CONFIRMED[Grade.PRODUCTION] | {"STB-01", "STB-02"}


def test_severities_are_the_catalogues(checklist: Checklist) -> None:
    by_severity = {
        severity: {each.id for each in checklist.controls if each.severity is severity}
        for severity in Severity
    }
    assert by_severity[Severity.FATAL] == FATAL
    assert by_severity[Severity.SHOULD] == SHOULD
    assert len(by_severity[Severity.MUST]) == 131 - len(FATAL) - len(SHOULD)


def test_each_control_speaks_about_one_subject(checklist: Checklist) -> None:
    by_scope = {scope: {each.id for each in checklist.controls if each.scope is scope} for scope in Scope}
    sections = {scope: {id_[:3] for id_ in ids} for scope, ids in by_scope.items()}
    assert by_scope[Scope.ENDPOINT] == {
        *(f"MCP-0{number}" for number in range(1, 9)),
        *("EXP-02", "EXP-03", "EXP-05", "PRF-01", "PRF-02", "PRF-03", "PRF-06", "QRY-04", "STB-01", "STB-02"),
    }
    assert sections[Scope.SETTINGS] == {"CFG", "APP"}
    assert "APP-05" in by_scope[Scope.SETTINGS]
    assert sections[Scope.PEOPLE] == {"APP", "OPS", "BIZ"}
    app = {"PAY", "QRY", "RFD", "RCN", "CBK", "DEG", "SEC", "MON", "EXP", "PRF"}
    assert sections[Scope.APP] == app


def test_methods_are_the_catalogues(checklist: Checklist) -> None:
    by_method = {
        method: {each.id for each in checklist.controls if method in each.methods} for method in Method
    }
    assert by_method[Method.MEASURE] == {"QRY-04", *(f"PRF-0{number}" for number in range(1, 7))}
    assert by_method[Method.SOAK] == {"STB-01", "STB-02"}
    assert by_method[Method.ATTEST] == CONFIRMED[Grade.PAPER] - {"SEC-09"} | {"SEC-10"}
    assert by_method[Method.SCAN] == {
        *(f"CFG-{number:02d}" for number in range(1, 15)),
        *("SEC-01", "SEC-02", "SEC-09", "SEC-14"),
    }


def test_capabilities_are_needed_where_a_merchant_may_lack_them(checklist: Checklist) -> None:
    needed = {each.id: each.capability for each in checklist.controls if each.capability}
    assert needed == {
        "PAY-01": "h5",
        "PAY-02": "qr",
        "PAY-03": "jsapi",
        "PAY-04": "alipay",
        "PAY-05": "alipay",
        "PAY-12": "mcp",
        "PAY-15": "mini-program",
        "CBK-17": "mcp",
        **dict.fromkeys(("DEG-01", "DEG-02", "DEG-06"), "mcp"),
        **{f"RFD-0{number}": "refunds" for number in range(1, 8)},
        "SEC-06": "login",
        "SEC-07": "login",
    }


@pytest.mark.parametrize("control", load().controls, ids=lambda control: control.id)
def test_every_text_is_there_in_both_languages(control: Control) -> None:
    for text in (control.title, control.criterion, control.remedy):
        assert CHINESE.search(text.zh), text.zh
        assert text.en
        assert not CHINESE.search(re.sub("从微信|体验版|小时", "", text.en)), text.en
    assert control.criterion.en.endswith(".")
    assert control.criterion.zh.endswith("。")
    assert len(control.title.en) <= 60
    assert control.source.startswith("P§")


def test_titles_are_unique(checklist: Checklist) -> None:
    for language in ("zh", "en"):
        titles = Counter(getattr(each.title, language) for each in checklist.controls)
        assert titles.most_common(1)[0][1] == 1


def test_the_lock_names_what_was_ever_exercised(checklist: Checklist) -> None:
    assert checklist.exercised >= {
        *(f"CFG-0{number}" for number in range(1, 7)),
        *("CFG-12", "APP-05", "PAY-02", "PAY-06", "PAY-07", "PAY-08", "QRY-01", "QRY-02"),
        *("CBK-01", "CBK-02", "CBK-03", "CBK-04", "CBK-06", "CBK-11", "RCN-03"),
    }


def needs(checklist: Checklist, *checked: str) -> dict[str, set[str]]:
    found = requirements(checklist.gates, checklist.controls, checked=checked)
    return {gate: {each.control for each in each_needs} for gate, each_needs in found.items()}


def test_a_rehearsal_wants_every_test_and_scan_that_exists(checklist: Checklist) -> None:
    everything = {each.id for each in checklist.controls}
    never = {
        *("CFG-11", "CFG-13", "CFG-14", "SEC-09"),
        *(f"PRF-0{number}" for number in range(2, 7)),
        *("STB-01", "STB-02"),
        *CONFIRMED[Grade.PAPER],
    }
    assert needs(checklist, *everything)["rehearsal"] == everything - never
    assert needs(checklist, "CBK-01", "PRF-05", "CFG-13")["rehearsal"] == {"CBK-01"}
    assert needs(checklist, "PRF-01", "QRY-04")["rehearsal"] == {"PRF-01", "QRY-04"}


def test_the_experience_gate_confirms_on_the_real_platform(checklist: Checklist) -> None:
    confirmed = {id_ for id_ in CONFIRMED[Grade.EXPERIENCE] if id_[:3] in {"CFG", "PAY", "QRY", "EXP", "MCP"}}
    papers = {f"APP-0{number}" for number in range(1, 6)}
    assert needs(checklist)["experience"] == confirmed | {"PRF-01"} | papers
    found = requirements(checklist.gates, checklist.controls, checked=())["experience"]
    grades = {each.control: each.grade for each in found}
    assert (grades["PRF-01"], grades["PAY-02"], grades["APP-01"], grades["APP-05"]) == (
        Grade.EXPERIENCE,
        Grade.EXPERIENCE,
        Grade.PAPER,
        Grade.SIMULATED,
    )


def test_production_wants_all_that_must_be_confirmed_and_all_that_is_fatal(checklist: Checklist) -> None:
    confirmed = set().union(*CONFIRMED.values())
    assert needs(checklist)["production"] == confirmed | FATAL | {"APP-05", "SEC-10"}
    assert checklist.gates[-1].readiness == 95


def test_a_snapshot_reads_back_as_the_same_checklist(checklist: Checklist) -> None:
    text = json.dumps(checklist.dump(), ensure_ascii=False, sort_keys=True)
    again = Checklist.model_validate(json.loads(text))
    assert again == checklist
    assert json.dumps(again.dump(), ensure_ascii=False, sort_keys=True) == text
    assert (
        json.dumps(Checklist.model_validate(json.loads(text)).dump(), ensure_ascii=False, sort_keys=True)
        == text
    )


def test_a_checklist_of_another_date_does_not_exist() -> None:
    with pytest.raises(UsageError, match="1999-01-01"):
        load("1999-01-01")


GOOD = {
    "capabilities.yaml": "qr: {zh: 码, en: code}\n",
    "gates.yaml": "- {id: g, name: {zh: 门, en: g}, meaning: {zh: 门, en: g}, rules: [{grade: confirmed}]}\n",
    "exercised.lock": "# comment\nCBK-01\n",
    "01-cbk.yaml": """
section: CBK
name: {zh: 回调, en: Callbacks}
scope: app
controls:
  - {id: CBK-01, title: {zh: 甲, en: a}, criterion: {zh: 甲, en: a}, remedy: {zh: 甲, en: a}, methods: [TEST],
     severity: F, grade: "S", source: P§3, capability: qr}
""",
}


def written(folder: Path, **changes: str) -> Path:
    for name, text in (GOOD | changes).items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_a_small_checklist_is_read_from_any_folder(tmp_path: Path) -> None:
    checklist = read(written(tmp_path))
    assert [control.id for control in checklist.controls] == ["CBK-01"]
    assert checklist.exercised == {"CBK-01"}
    assert checklist.control("CBK-01").confirmed_at is Grade.SIMULATED


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("01-cbk.yaml", "severity: F", "severity: X", "severity"),
        ("01-cbk.yaml", 'grade: "S"', "grade: Z", "grade"),
        ("01-cbk.yaml", "id: CBK-01", "id: PAY-01", "stands in the file of CBK"),
        ("01-cbk.yaml", "id: CBK-01", "id: CBK-1", "id"),
        ("01-cbk.yaml", "capability: qr", "capability: cash", "unknown capability cash"),
        ("01-cbk.yaml", "source: P§3", "sauce: P§3", "sauce"),
        ("01-cbk.yaml", "section: CBK", "section: [", "cannot be read"),
        ("exercised.lock", "CBK-01", "CBK-02", "CBK-02 is in exercised.lock only"),
        ("gates.yaml", "grade: confirmed", "grade: confirmed, controls: [CBK-09]", "gate g names CBK-09"),
        ("gates.yaml", "{id: g,", "{id: g, after: h,", "comes after h"),
        ("gates.yaml", "- {", "x: {", "cannot be read"),
        ("capabilities.yaml", "qr: {zh: 码, en: code}", "just text", "cannot be read"),
    ],
)
def test_a_mistake_in_the_data_is_named(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    assert old in GOOD[name]
    folder = written(tmp_path, **{name: GOOD[name].replace(old, new)})
    with pytest.raises(HarnessError, match=said):
        read(folder)


def test_a_control_given_twice_is_a_mistake(tmp_path: Path) -> None:
    folder = written(tmp_path, **{"02-cbk.yaml": GOOD["01-cbk.yaml"]})
    with pytest.raises(HarnessError, match="CBK-01 stands twice"):
        read(folder)


ADDED = """
section: CBK
name: {zh: 回调, en: Callbacks}
scope: app
controls:
  - {id: CBK-02, title: {zh: 乙, en: b}, criterion: {zh: 乙, en: b}, remedy: {zh: 乙, en: b}, methods: [TEST],
     severity: M, grade: "S", source: P§3}
"""


def based(folder: Path, **files: str) -> Path:
    """A checklist of one control, and a later one with these files."""
    for name in ("2026-01-01", "2026-02-02"):
        (folder / name).mkdir()
    written(folder / "2026-01-01")
    later = {"based-on": "2026-01-01\n", "exercised.lock": "CBK-02\n", "07-cbk.yaml": ADDED}
    for name, text in (later | files).items():
        (folder / "2026-02-02" / name).write_text(text, "utf-8")
    return folder / "2026-02-02"


def test_a_later_checklist_is_the_earlier_one_and_what_it_adds(tmp_path: Path) -> None:
    later = read(based(tmp_path))
    earlier = read(tmp_path / "2026-01-01")
    assert [each.id for each in later.controls] == ["CBK-01", "CBK-02"]
    assert later.exercised == {"CBK-01", "CBK-02"}
    assert (later.gates, later.sections, later.capabilities) == (
        earlier.gates,
        earlier.sections,
        earlier.capabilities,
    )
    assert [each.id for each in earlier.controls] == ["CBK-01"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"07-cbk.yaml": ADDED.replace("CBK-02", "CBK-01")}, "CBK-01 stands twice"),
        ({"07-cbk.yaml": ADDED.replace("Callbacks", "Calls")}, "section CBK has two names"),
        ({"exercised.lock": "CBK-03\n"}, "CBK-03 is in exercised.lock only"),
    ],
)
def test_a_later_checklist_changes_nothing_of_the_earlier(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    with pytest.raises(HarnessError, match=said):
        read(based(tmp_path, **files))


def test_the_newest_holds_all_of_the_one_before(checklist: Checklist) -> None:
    before = load("2026-11-23")
    asked = [each.model_copy(update={"clauses": (), "own": None}) for each in checklist.controls]
    assert not [each for each in before.controls if each not in asked]
    added = {each.id for each in checklist.controls} - {each.id for each in before.controls}
    assert added == {"CBK-20", "RFD-05", "RFD-06", "RFD-07", "SEC-14", "SEC-15"}
