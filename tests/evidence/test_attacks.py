"""What a record says of attacks: each delivery, and how many of them count."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.evidence.attacks import (
    ATTACKS,
    AttackCount,
    AttackRecord,
    AttackResult,
    count_attacks,
    read_attacks,
)


def written(folder: Path, *results: tuple[str, AttackResult]) -> Path:
    (folder / ATTACKS).parent.mkdir()
    lines = [
        AttackRecord(
            check="x::y",
            control="CBK-02",
            dialect="apiv3",
            attack=attack,
            out_trade_no="GL1",
            status=401,
            result=result,
        ).model_dump_json()
        for attack, result in results
    ]
    (folder / ATTACKS).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return folder


def test_what_proves_nothing_is_not_counted_as_delivered(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        ("", "credited"),
        ("a", "refused"),
        ("b", "believed"),
        ("c", "tolerated"),
        ("d", "acknowledged"),
        ("", "void"),
        ("e", "void"),
    )
    counted = count_attacks(folder)
    assert counted == AttackCount(delivered=4, refused=1, twins=1, void=1)
    assert counted.text.en == "delivered 4, refused 1, twins credited 1, void 1"
    assert "真实对照入账 1" in counted.text.zh


def test_a_run_without_attacks_has_none(tmp_path: Path) -> None:
    assert read_attacks(tmp_path) == ()
    assert not any(count_attacks(tmp_path))


def test_a_line_that_the_runs_end_tore_off_is_left_out(tmp_path: Path) -> None:
    folder = written(tmp_path, ("a", "refused"))
    with (folder / ATTACKS).open("ab") as stream:
        stream.write(b'{"check": "x')
    assert [each.attack for each in read_attacks(folder)] == ["a"]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path, ("a", "refused"))
    with (folder / ATTACKS).open("ab") as stream:
        stream.write(b"{}\n")
    with pytest.raises(UsageError, match=r"attacks\.ndjson"):
        read_attacks(folder)
