"""A table of defects: each has its words under a control, and replaces one practice."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.callbacks.apiv3.attacks import ATTACKS as CLASSIC_ATTACKS
from harness.callbacks.apiv3.attacks import VARIATIONS as CLASSIC_VARIATIONS
from harness.callbacks.envelope.attacks import ATTACKS as ENVELOPE_ATTACKS
from harness.callbacks.envelope.attacks import VARIATIONS as ENVELOPE_VARIATIONS
from harness.core.defects import DefectTable
from harness.core.errors import UsageError
from harness.core.texts import read_by_control
from harness.shop.defects.registry import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS

HARNESS = Path(__file__).parents[2] / "harness"
WRONG: dict[str, dict[str, object]] = {
    "late": {"answers_after_s": 9},
    "never": {"answers_after_s": None},
    "no-key": {"settings": {"KEY": ""}},
    "no-host": {"settings": {"HOST": ""}},
}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "defects.yaml"
    path.write_text(
        "CFG-01:\n  no-host: {zh: 无主机, en: no host}\n  no-key: {zh: 无密钥, en: no key}\n"
        "CBK-01:\n  late: {zh: 太晚, en: too late}\n  never: {zh: 从不, en: never}\n",
        "utf-8",
    )
    return path


def test_defects_come_in_the_order_of_the_table_with_the_control_of_their_section(texts: Path) -> None:
    defects = DefectTable.read("shop", texts, WRONG).defects
    assert [(each.id, each.side, each.control, each.text.en) for each in defects] == [
        ("late", "shop", "CBK-01", "too late"),
        ("never", "shop", "CBK-01", "never"),
        ("no-key", "shop", "CFG-01", "no key"),
        ("no-host", "shop", "CFG-01", "no host"),
    ]


def test_a_defect_without_words_is_none(texts: Path) -> None:
    with pytest.raises(KeyError, match="silent"):
        DefectTable.read("shop", texts, {**WRONG, "silent": {"settings": {}}})


def test_settings_add_up(texts: Path) -> None:
    table = DefectTable.read("endpoint", texts, WRONG)
    assert table.practices(["no-key", "no-host", "late"], listing="") == {
        "settings": {"KEY": "", "HOST": ""},
        "answers_after_s": 9,
    }


def test_a_name_that_is_none_is_refused_with_where_the_names_are(texts: Path) -> None:
    with pytest.raises(UsageError, match="no such defect: later") as refused:
        DefectTable.read("shop", texts, WRONG).practices(["later"], listing="look here")
    assert refused.value.remedy == "look here"


def test_two_wrong_ways_of_one_thing_exclude_each_other(texts: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other: late, never"):
        DefectTable.read("shop", texts, WRONG).practices(["never", "late"], listing="")


@pytest.mark.parametrize(
    ("file", "ids"),
    [
        ("shop/defects/defects.yaml", {each.id for each in SHOP_DEFECTS}),
        ("simulator/defects.yaml", {each.id for each in ENDPOINT_DEFECTS}),
        ("callbacks/envelope/variations.yaml", {each.id for each in ENVELOPE_VARIATIONS}),
        ("callbacks/apiv3/attacks/variations.yaml", {each.id for each in CLASSIC_VARIATIONS}),
        ("callbacks/envelope/attacks.yaml", {each.id for each in ENVELOPE_ATTACKS}),
        (
            "callbacks/apiv3/attacks/attacks.yaml",
            {each.id for each in CLASSIC_ATTACKS if each.control != "CBK-06"},
        ),
    ],
)
def test_no_words_are_left_over(file: str, ids: set[str]) -> None:
    assert read_by_control(HARNESS / file).keys() == ids
