"""A finding is told in Chinese, whatever was seen in it; and the catalogue holds every sentence there is."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from harness.core.control import Text
from harness.core.findings import CATALOGUE, translated
from harness.core.texts import read_pairs
from tests.core.said import PLACE, sentences

ROOT = Path(__file__).parents[2]
PAIRS = read_pairs(CATALOGUE)
PLACES = re.compile(r"\{([a-z_]+)\}")
SPEAKING = [
    *sorted((ROOT / "scenarios").rglob("*.py")),
    *(
        ROOT / place
        for place in (
            "harness/browser/h5_page.py",
            "harness/browser/page_actions.py",
            "harness/browser/payment_choices.py",
            "harness/browser/payment_page.py",
            "harness/browser/qr.py",
            "harness/browser/slow_phone.py",
            "harness/browser/wechat_bridge.py",
            "harness/levers/client.py",
            "harness/merchant/client.py",
            "harness/merchant/http.py",
            "harness/merchant/ledger_comparison.py",
            "harness/merchant/observer.py",
            "harness/merchant/wire_watch.py",
            "harness/plugin/fixtures/endpoint.py",
            "harness/plugin/fixtures/load.py",
            "harness/plugin/fixtures/orders.py",
            "harness/plugin/load/seed_orders.py",
            "harness/plugin/session/scenario_result.py",
            "harness/plugin/target/declared.py",
            "harness/plugin/target/prerequisites.py",
            "harness/verdict/page_loads.py",
            "harness/verdict/reasons.py",
            "load/acceptance.py",
            "load/lateness.py",
            "load/messages.py",
            "load/steady_state.py",
        )
    ),
]
"""The modules whose sentences a check ends with."""


@pytest.mark.parametrize("module", SPEAKING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_sentence_of_a_module_has_its_chinese(module: Path) -> None:
    known = {PLACES.sub(PLACE, pair.en) for pair in PAIRS}
    assert {each for each in sentences(module) if each.removeprefix("; ") not in known} == set()


def test_the_sentences_of_scenarios_are_found_at_all() -> None:
    found = sentences(ROOT / "scenarios" / "expectations.py")
    assert "{} made the order {}" in found
    assert "the order is {}, credited {}×" in found
    assert sum(len(sentences(module)) for module in SPEAKING) > 180


def test_both_sides_name_the_same_places() -> None:
    odd = [pair.en for pair in PAIRS if sorted(PLACES.findall(pair.en)) != sorted(PLACES.findall(pair.zh))]
    assert odd == []


def test_places_never_touch_and_are_named_once() -> None:
    assert [pair.en for pair in PAIRS if "}{" in pair.en] == []
    assert [pair.en for pair in PAIRS if len(set(PLACES.findall(pair.en))) < pair.en.count("{")] == [
        'refused without the body {"code":"FAIL","message":…} (C11)',
        'let the clock route answer the app\'s business time as {"now": "…"}; until then restart '
        "simulator and app together before a run",
    ]


def test_chinese_has_full_width_colons() -> None:
    half = re.compile("[\u4e00-\u9fff）]:|[\u4e00-\u9fff）},;] *;")
    assert [pair.zh for pair in PAIRS if half.search(pair.zh)] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a stranger made an order", "外人下成了订单"),
        ("the order is paid, credited 2×", "订单为 已支付，入账 2 次"),
        ("¥19.90 was paid, and ¥1.00 booked", "实付 ¥19.90，入账 ¥1.00"),
        (
            "a forged callback (the signature is an empty text) was believed",
            "伪造的回调（signature 是空字符串）被当真",
        ),
        ("the order was refused: no error; a stranger made an order", "下单被拒绝：无错误；外人下成了订单"),
        (
            "PageFailure: the payment QR code did not appear within 5 s at http://a/b",
            "PageFailure：支付二维码 在 5 秒内没有出现，页面 http://a/b",
        ),
        (
            "the merchant profile leaves out paths.bridge, and this check rests on it [--merchant] → "
            'add bridge = "/…" to [paths]; profiles/shop.toml explains every member',
            "商户档案没有写 paths.bridge，而这项检查要靠它 [--merchant] → "
            '请在 [paths] 中加上 bridge = "/…"；profiles/shop.toml 说明了每个成员',
        ),
    ],
)
def test_a_finding_in_chinese(english: str, chinese: str) -> None:
    assert translated(english) == Text(zh=chinese, en=english)


@pytest.mark.parametrize(
    "sentence", ["", "no module of ours says this", "; ", "KeyError: 'result'", "unbekannt: {status}"]
)
def test_what_nobody_translated_stays_as_it_is(sentence: str) -> None:
    assert translated(sentence) == Text.same(sentence)


def test_what_was_seen_survives_braces_and_lines() -> None:
    seen = "{status} {0} %s\n<b>{{x}}</b>"
    assert translated(f"WeChat says {seen}").zh == f"微信显示 {seen}"


def test_words_of_ours_repeated_without_end_are_refused_at_once() -> None:
    hostile = " there, nothing here, credited pay: pay: ; " * 2000
    begun = time.perf_counter()
    translated(hostile)
    assert time.perf_counter() - begun < 5
