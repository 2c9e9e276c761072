"""A finding is told in Chinese, whatever was seen in it; and the catalogue holds every sentence there is."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from harness.callbacks.forms import form_of
from harness.core.control import Text
from harness.core.dialects import callback_forms
from harness.core.findings import catalogues, told_in, translated
from harness.core.texts import read_pairs
from harness.merchant.merchant_order import MerchantOrder, OrderState
from tests.core.said import PLACE, sentences

ROOT = Path(__file__).parents[2]
PAIRS = [pair for path in catalogues() for pair in read_pairs(path)]
PLACES = re.compile(r"\{([a-z_]+)\}")
SEAM = re.compile(r"[.;] |\n")
NO_SENTENCE = re.compile(
    r"GoLive[/ ]|Bearer |application/|\[object |--load |[{][}] mchid=|[{][}] ms ×|EnvLine|element =>"
    r"|golive (run|shop|simulator)|[{][}] in [{][}], [{][}]: [{][}]$|([{][}])?… \[[{][}] (char|byte)"
    r"|JSON-RPC |bold |Histogram|NOT YET$|(PRIVATE|PUBLIC) KEY$|/Applications/|[{][}]  \[default|\x08"
    r"|import sqlite|Unable to capture|no [{][}]$| [(][{][}] cases|[{][}]: HTTP [{][}]$| [(]afterwards"
    r"|::warning |-----(BEGIN|END) SSH SIGNATURE-----$"
    r"|[{]?[}]?, line|select [{]|pending = |the (endpoint and the )?merchant( of the load)?$"
)
"""What a wire, a page or a log holds."""
SILENT = {
    "harness/browser/devices.py": "what browsers call themselves",
    "harness/browser/shown_codes.py": "a script",
    "harness/callbacks": "what forgeries are called stands in both languages beside them",
    "harness/callbacks/mutations.py": "",
    "harness/evidence/planted_canaries.py": "made-up secrets",
    "harness/callback_sender/shown.py": "both languages, in parts",
    "harness/levers": "a program's answer to a program",
    "harness/levers/client.py": "",
    "harness/messages/services.py": "the services' own mark-up",
    "harness/plugin/attended/pay_page.py": "a page, whose texts stand in both languages beside it",
    "harness/plugin/session/interpreter.py": "what files are called",
    "harness/plugin/write_lock.py": "the head of a file",
    "reports/checklist/frozen.py": "the head of a file",
    "harness/settings/loaders": "what programs are called",
    "harness/settings/editions_text.py": "both languages, in parts",
    "harness/settings/report_text.py": "both languages, in parts",
    "harness/shop": "an app's own words",
    "harness/shop/foreground.py": "",
    "harness/shop/variants/registry.py": "",
    "harness/simulator/account/env_text.py": "a file in both languages",
    "harness/simulator/as_platform/proxy.py": "a program's answer to a program",
    "harness/simulator/cashier": "the platform's words",
    "harness/simulator/console": "a page speaks by texts of its own",
    "harness/simulator/notifier": "the platform's words",
    "harness/simulator/openapi": "a document in both languages",
    "harness/simulator/openapi/environment.py": "",
    "harness/simulator/wire": "the platform's words",
    "harness/verdict/terminal.py": "both languages, in parts",
    "load/terminal.py": "what a program without this front door prints",
    "reports/exports/allure.py": "another program's page, in English",
    "reports/exports/document.py": "a file that speaks by texts of its own",
    "reports/exports/sheet_styles.py": "what styles are called",
    "reports/exports/markdown.py": "a file that speaks by texts of its own",
    "reports/exports/spreadsheet.py": "a file that speaks by texts of its own",
    "reports/page": "a page speaks by texts of its own",
    "reports/people/forms.py": "forms in both languages",
    "scenarios/mcp/foreign_texts.py": "made-up names of goods",
}
"""Folders and modules that say nothing a check or a command ends with, and why; within one, what does."""


def speaks(module: Path) -> bool:
    """Whatever is not silent speaks: a new module as well."""
    places = (place.relative_to(ROOT).as_posix() for place in (module, *module.parents[: -len(ROOT.parts)]))
    return not next((SILENT[place] for place in places if place in SILENT), "")


SPEAKING = [
    module
    for room in ("scenarios", "harness", "load", "reports")
    for module in sorted((ROOT / room).rglob("*.py"))
    if speaks(module)
]
"""The modules whose sentences a check or a command ends with."""


@pytest.mark.parametrize("module", SPEAKING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_sentence_of_a_module_has_its_chinese(module: Path) -> None:
    known = {PLACES.sub(PLACE, pair.en) for pair in PAIRS}
    told = {each for each in sentences(module) if not NO_SENTENCE.match(each)}
    assert {each for each in told - known if not {*SEAM.split(each)} - {PLACE, ""} <= known} == set()


def test_the_sentences_of_scenarios_are_found_at_all() -> None:
    found = sentences(ROOT / "scenarios" / "expectations.py")
    assert "{} made the order {}" in found
    assert "the order is {}, credited {}×" in found
    assert sum(len(sentences(module)) for module in SPEAKING) > 700


def test_a_sentence_has_one_chinese() -> None:
    told = Counter(pair.en for pair in PAIRS)
    assert [english for english, times in told.items() if times > 1] == []


def test_both_sides_name_the_same_places() -> None:
    odd = [pair.en for pair in PAIRS if sorted(PLACES.findall(pair.en)) != sorted(PLACES.findall(pair.zh))]
    assert odd == []


def test_places_never_touch_and_are_named_once() -> None:
    assert [pair.en for pair in PAIRS if "}{" in pair.en] == []
    assert [pair.en for pair in PAIRS if len(set(PLACES.findall(pair.en))) < pair.en.count("{")] == [
        'refused without the body {"code":"FAIL","message":…} (C11)',
        'let the clock route answer the app\'s business time as {"now": "…"}; until then restart '
        "simulator and app together before a run",
        "restart the simulator, and the app with it; an app whose clock route answers its business time as "
        '{"now": "…"} needs no restart',
        'a page wants words, e.g. words = { paid = ["已支付"], pending = ["待支付"] }',
        "there is no placeholder {{name}}: {near} here exist {known}",
        "a reference ${…} that nothing expanded",
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
            "a forged callback (the signature is an empty text) made the order paid: bad",
            "伪造的回调（signature 是空字符串）被当真，订单变为 已支付：bad",
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
        (
            "WECHAT_PAY_MCH_ID: is still a placeholder made of xxx (line 9 overrides it) Fix: delete the "
            "overridden line\nMCP_TIMEOUT: is not set Fix: write 15000 (milliseconds)",
            "WECHAT_PAY_MCH_ID：仍是占位符 xxx（被第 9 行覆盖）。解决办法：删除被覆盖的这一行\n"
            "MCP_TIMEOUT：缺少这个变量。解决办法：填 15000（毫秒）",
        ),
        (
            "MCP_TIMEOUT: is not the same to every loader: @next/env read 9 characters · python-dotenv read "
            "12 characters, 3 too many · systemd EnvironmentFile read nothing Fix: write 15000 "
            "(milliseconds)",
            "MCP_TIMEOUT：各程序读到的值不同：@next/env 读到 9 个字符；python-dotenv 读到 12 个字符，"
            "多了后面 3 个；systemd EnvironmentFile 读不到它。解决办法：填 15000（毫秒）",
        ),
        (
            "HTTP 401 SIGN_ERROR: 签名错误 [create] → look up the code; quote Request-ID 08F7",
            "HTTP 401 SIGN_ERROR：签名错误 [create] → 查询该错误码；报障时提供 Request-ID 08F7",
        ),
        (
            "UnknownOutcome: the answer carries no signature [query] → do not use the answer; the request "
            "may have been accepted: query before doing anything else",
            "UnknownOutcome：应答没有签名 [query] → 不要采用该应答；请求可能已被接受：先查询，再做其他事",
        ),
        (
            "target experience is met as a real one, and no budget was given [--budget-fen] → say what all "
            "orders together may be worth, e.g. --budget-fen 70000 (¥700); none of them is paid, and each is "
            "closed again",
            "目标 experience 按真实环境对待，但没有给出预算 [--budget-fen] → 写明全部订单的总额上限，"
            "例如 --budget-fen 70000（¥700）；订单都不会支付，事后逐一关闭",
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


@pytest.mark.parametrize("form", [each.id for each in callback_forms()])
def test_every_attack_on_callbacks_is_told_in_chinese(form: str) -> None:
    english = [attack.text.en for attack in form_of(form).attacks.ATTACKS]
    assert [each for each in english if told_in(each, "zh") == each] == []


@pytest.mark.parametrize("status", [None, *get_args(OrderState)])
@pytest.mark.parametrize("paid", [None, 8800])
@pytest.mark.parametrize("times", [None, 1])
def test_an_order_is_told_in_chinese_whatever_is_known(
    status: str | None, paid: int | None, times: int | None
) -> None:
    told = {"status": status, "paid_amount": paid, "credits": times}
    order = MerchantOrder.model_validate({"out_trade_no": "N1", **told})
    assert not re.search("[a-z]", told_in(order.summary, "zh")), order.summary
