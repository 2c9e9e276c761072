"""A list of digests is read whole or refused with the reason; and only what it can tell is told."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import UsageError
from reports.checklist import Checklist, load
from reports.checklist.comparing import Comparison, Found, as_list, compare, on_record
from reports.checklist.digest_list import LONGEST, Entry, address, read_digests

PAGE = "https://pay.weixin.qq.com/doc/v3/merchant/4012791861"
LINE = f'{{"page": "{PAGE}", "date": "2026-12-01"}}'
DIGEST = "sha256:" + 64 * "a"


@pytest.fixture(scope="module")
def checklist() -> Checklist:
    return load()


def listed(folder: Path, content: str | bytes) -> Path:
    file = folder / "list"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return file


def found(folder: Path, content: str, checklist: Checklist, earlier: str | None = None) -> Comparison:
    entries = read_digests(listed(folder, content))
    before = None if earlier is None else read_digests(listed(folder, earlier))
    return compare(entries, checklist, before)


@pytest.mark.parametrize(
    "content",
    [
        LINE,
        f"\ufeff{LINE}\n\n",
        f"[{LINE}]",
        f'{{"digests": [{LINE}]}}',
        f'{{\n"schema": 1,\n"digests": [\n{LINE}\n]}}',
        f"- page: {PAGE}\n  date: 2026-12-01\n",
        f"- {{page: '{PAGE}', date: '2026-12-01', digest: null, controls: [CBK-01], more: {{deep: [1]}}}}\n",
        f"# found in December\n- date: 2026-12-01\n  page: {PAGE}\n",
        LINE.replace("https", "http").replace("4012791861", "4012791861.md"),
    ],
    ids=[
        "lines",
        "a mark and blanks",
        "a list",
        "a document",
        "an indented document",
        "yaml",
        "more members",
        "a comment",
        "another form of the address",
    ],
)
def test_every_form_of_a_list_is_read(tmp_path: Path, content: str) -> None:
    assert read_digests(listed(tmp_path, content)) == (Entry("", PAGE, None, dt.date(2026, 12, 1)),)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it has no entry"),
        ("[]", "it has no entry"),
        (LINE[:-9], "ends early or is no JSON"),
        (f"{LINE}\n{LINE[:-9]}", "line 2 ends early or is no JSON"),
        (f'{{"digests": [{LINE},', "ends early or is no JSON"),
        (f"{LINE}\n{LINE}", "stands in it twice"),
        (f"{LINE}\n{LINE.replace('4012791861', '4012791861/')}", "stands in it twice"),
        ('{"clause": "C07", "clause": "C08"}', "a member twice"),
        ("- clause: C07\n  clause: C08\n", "a member twice"),
        ('{"clause": "C07", "page": "https://a.example/b"}', "neither or both"),
        ('{"digest": "' + DIGEST + '"}', "neither or both"),
        ('{"clause": "C07", "digest": "md5:1"}', "64 hexadecimal digits"),
        ('{"clause": "C07", "digest": "' + DIGEST + '\\n"}', "64 hexadecimal digits"),
        ('{"clause": "C07", "date": "yesterday"}', "no YYYY-MM-DD"),
        ('{"clause": "C07", "date": "2026-02-30"}', "no YYYY-MM-DD"),
        ('{"page": "file:///etc/passwd"}', "no address"),
        ('{"page": "https://[::1"}', "no address"),
        ('{"clause": 7}', "is no text"),
        ('["C07"]', "has no members"),
        ('{"digests": {"C07": 1}}', "are no list"),
        ("C07: x\n", "neither JSON nor a list"),
        ("just words", "neither JSON nor a list"),
        ("- just words\n", "neither JSON nor a list"),
        ("- {clause: [\n", "neither JSON nor a list in YAML"),
        ("- &a {clause: C07}\n- *a\n", "anchors and aliases"),
        ("\x00", "neither JSON nor a list in YAML"),
        ("[" * 200_000, "nested too deep"),
        (f'{{"schema": 2, "digests": [{LINE}]}}', "made by another"),
        (LINE.replace("2026-12-01", "20261201"), "no YYYY-MM-DD"),
        (LINE.replace("2026-12-01", "2026-W49-2"), "no YYYY-MM-DD"),
        ("- " + "[" * 200_000, "neither JSON nor a list"),
        ("- {a: " + "[" * 2_000_000, "nested too deep"),
        ("- {a: " + "[x," * 1_000_000, "nested too deep"),
        ('[{"clause": "C07", "digest": ' + "9" * 5000 + "}]", "number in it is too long"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        read_digests(listed(tmp_path, content))
    assert refused.value.exit_code == 4
    assert refused.value.remedy
    assert len(str(refused.value)) < 600


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not UTF-8 \(byte 0\)"):
        read_digests(listed(tmp_path, LINE.encode("utf-16")))
    with pytest.raises(UsageError, match="not UTF-8"):
        read_digests(listed(tmp_path, '{"clause": "支付"}'.encode("gb18030")))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, said in {
        ".": "no ordinary file",
        "pipe": "no ordinary file",
        "loop": "cannot be read|does not exist",
        "gone": "does not exist",
        "a\0b": "cannot be read|does not exist",
        "n" * 300: "cannot be read|does not exist",
    }.items():
        with pytest.raises(UsageError, match=said):
            read_digests(tmp_path / name)


def test_a_list_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "list").open("wb") as file:
        file.truncate(40 * 1024**3)  # a hole: no disk is needed
    with pytest.raises(UsageError, match=f"longer than {LONGEST // 1024 // 1024} MB"):
        read_digests(tmp_path / "list")


def test_the_longest_list_is_read_in_seconds(tmp_path: Path) -> None:
    lines = (f"- {{page: 'https://a.example/{number}', date: '2026-12-01'}}" for number in range(60_000))
    file = listed(tmp_path, "\n".join(lines))
    assert file.stat().st_size > LONGEST * 0.7
    began = time.monotonic()
    assert len(read_digests(file)) == 60_000
    assert time.monotonic() - began < 20


def test_hostile_text_is_shown_as_its_escape(tmp_path: Path) -> None:
    line = json.dumps({"page": "https://a.example/\x1b[2Jpaid"})
    with pytest.raises(UsageError) as refused:
        read_digests(listed(tmp_path, f"{line}\n{line}"))
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        PAGE,
        f"{PAGE}/",
        f"{PAGE}.md",
        f"{PAGE}?from=search#top",
        PAGE.replace("https://pay", "HTTP://PAY"),
        f" {PAGE} ",
    ],
)
def test_an_address_is_compared_and_not_how_it_is_written(written: str) -> None:
    assert address(written) == PAGE


def test_no_two_pages_of_the_register_are_taken_for_one(checklist: Checklist) -> None:
    pages = {page.address for clause in checklist.clauses for page in clause.pages}
    assert len({address(each) for each in pages}) == len(pages)


def test_what_is_on_record_is_unchanged(tmp_path: Path, checklist: Checklist) -> None:
    compared = found(tmp_path, json.dumps(as_list(checklist), ensure_ascii=False), checklist)
    assert {each.found for each in compared.rows} == {Found.SAME, Found.BLANK}
    assert len(compared.rows) == len(on_record(checklist))
    assert (compared.left_out, compared.again) == (0, ())
    assert {each.entry.clause for each in compared.having(Found.BLANK)} == {""}


def test_a_later_date_names_the_controls_to_look_at_again(tmp_path: Path, checklist: Checklist) -> None:
    (row,) = found(tmp_path, LINE, checklist).having(Found.CHANGED)
    assert row.title == "支付成功回调通知"
    assert {"C06", "C07", "C10", "C12"} < set(row.clauses)
    assert row.controls == tuple(
        control.id for control in checklist.controls if set(control.clauses) & set(row.clauses)
    )


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2024-12-27", Found.SAME), ("2024-12-28", Found.CHANGED), ("2024-12-26", Found.UNDECIDED)],
)
def test_an_older_copy_proves_nothing(
    tmp_path: Path, checklist: Checklist, date: str, expected: Found
) -> None:
    (row,) = found(tmp_path, LINE.replace("2026-12-01", date), checklist).rows
    assert row.found is expected


def test_a_digest_decides_before_a_date(tmp_path: Path, checklist: Checklist) -> None:
    def line(digest: str, date: str) -> str:
        return json.dumps({"page": PAGE, "digest": digest, "date": date})

    before, other = line(DIGEST, "2026-11-01"), "sha256:" + 64 * "b"
    assert found(tmp_path, line(DIGEST, "2026-12-01"), checklist, before).rows[0].found is Found.SAME
    assert found(tmp_path, line(other, "2026-11-01"), checklist, before).rows[0].found is Found.CHANGED
    later = line(other, "2024-12-27")
    assert found(tmp_path, later, checklist).rows[0].found is Found.SAME  # no digest is on record
    undated = json.dumps({"page": PAGE, "digest": other})
    assert found(tmp_path, undated, checklist).rows[0].found is Found.UNDECIDED


def test_what_an_earlier_list_lacks_is_undecided(tmp_path: Path, checklist: Checklist) -> None:
    earlier = json.dumps({"clause": "C07", "digest": DIGEST})
    assert found(tmp_path, LINE, checklist, earlier).rows[0].found is Found.UNDECIDED


def test_a_clause_whose_record_differs_has_changed(tmp_path: Path, checklist: Checklist) -> None:
    compared = found(tmp_path, json.dumps({"clause": "C07", "digest": DIGEST}), checklist)
    assert compared.rows[0].found is Found.CHANGED
    assert compared.again == checklist.resting_on("C07")


def test_pages_that_no_clause_cites_are_passed_over(tmp_path: Path, checklist: Checklist) -> None:
    strange = '{"page": "https://pay.weixin.qq.com/doc/v3/merchant/1", "date": "2026-12-01"}'
    compared = found(tmp_path, f"{strange}\n{LINE}", checklist)
    assert [each.found for each in compared.rows] == [Found.STRANGE, Found.CHANGED]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            {"page": "https://pay.weixin.qq.com/doc/v3/merchant/1", "date": "2026-12-01"},
            "nothing in the list",
        ),
        ({"page": PAGE}, "nothing in the list"),
        ({"clause": "C99", "digest": DIGEST}, "there is no clause 'C99'"),
        ({"clause": "\x1b[2J", "digest": DIGEST}, "there is no clause"),
    ],
)
def test_what_names_nothing_of_the_register_is_refused(
    tmp_path: Path, checklist: Checklist, line: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        found(tmp_path, json.dumps(line), checklist)
    assert "\x1b" not in str(refused.value)
