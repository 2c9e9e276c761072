"""The kept result as a page in each language: `docs/conformance/`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from tests.conformance.expected import FOLDER, REVISIONS, groups
from tests.conformance.suite import PACKAGE, Result

PAGES = {"en": FOLDER / "README.md", "zh": FOLDER / "README.zh-CN.md"}
_LOCK = FOLDER.parents[1] / "setup/locks/node/package.json"
_NAMES = {
    "wechat": {"en": "WeChat Pay", "zh": "微信支付"},
    "alipay": {"en": "Alipay", "zh": "支付宝"},
}
_ROW = re.compile(r"^\| (.+?) \| (\d{4}-\d\d-\d\d) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
_UNSCORED = {"en": " (not scored)", "zh": "（不计分）"}
_TEXT = {
    "en": """# How far the simulator's MCP endpoints conform

[中文](README.zh-CN.md)

`{package}` {version}, the suite of the protocol's authors, asked everything that a
revision requires of a server. `make conformance` asks again and writes this page; it ends with 1 where a
check fails that is not named in [expected-failures.yaml](expected-failures.yaml), and where a line of that
file is stale: its check passes by now, or there is no such check any more. The tests of GoLive ask the same
and compare their count with this page's.

| Endpoint | Revision | Checks passed | Failed, as expected | Not scored: passed | Not scored: failed |
| --- | --- | --- | --- | --- | --- |
{rows}

Not scored is what the suite asks beyond a revision: extensions, what came after its release, and what its
authors' own server does not pass yet.

The suite can show no API key; so the endpoints wanted none while it asked (`--defect mcp-any-key`).

The suite asks nothing of revision 2025-03-26, which demands that batches be received. The endpoints do so, in
sessions of that revision alone: GoLive's own tests ask for that (`tests/simulator/wire/mcp/test_batches.py`).

## What fails, and why

{reasons}
""",
    "zh": """# 模拟器的 MCP 接口符合规范到什么程度

[English](README.md)

协议作者的测试套件 `{package}` {version} 按每个协议版本对服务端的全部要求逐项检查。
`make conformance` 会重新检查并重写本页；
若有未列入 [expected-failures.yaml](expected-failures.yaml) 的检查失败，
或该文件中有过期的行（对应的检查已经通过，或已不存在），则以 1 结束。
GoLive 自己的测试也做同样的检查，并与本页的数字核对。

| 接口 | 协议版本 | 通过的检查 | 预期内的失败 | 不计分：通过 | 不计分：失败 |
| --- | --- | --- | --- | --- | --- |
{rows}

不计分的是套件在该版本要求之外所问的：扩展、发布之后才加的，以及套件作者自己的服务端也还没有通过的。

该套件无法出示 API 密钥，所以检查期间接口不要求密钥（`--defect mcp-any-key`）。

套件不检查 2025-03-26 版，而该版要求接收批量请求。两个接口都接收，且只在该版的会话里：
由 GoLive 自己的测试检查（`tests/simulator/wire/mcp/test_batches.py`）。

## 哪些失败，为什么

{reasons}
""",
}


def page(results: Sequence[Result], language: str) -> str:
    """The page of these results."""
    version = json.loads(_LOCK.read_text("utf-8"))["dependencies"][PACKAGE]
    rows = "\n".join(row(result, language) for result in results)
    return _TEXT[language].format(package=PACKAGE, version=version, rows=rows, reasons=_reasons(language))


def row(result: Result, language: str) -> str:
    """One result as a row."""
    name = _NAMES[result.provider][language]
    passed, failed = result.beyond
    return f"| {name} | {result.revision} | {result.passed} | {result.known} | {passed} | {failed} |"


def kept() -> list[Result]:
    """The results that the page has."""
    providers = {names["en"]: provider for provider, names in _NAMES.items()}
    rows = _ROW.findall(PAGES["en"].read_text("utf-8"))
    return [
        Result(providers[name], told, int(passed), int(known), beyond=(int(more), int(less)))
        for name, told, passed, known, more, less in rows
    ]


def _reasons(language: str) -> str:
    told = []
    for group in groups():
        reason = group.reason.zh if language == "zh" else group.reason.en
        told.append(f"**{reason}{'' if group.scored else _UNSCORED[language]}**\n")
        told += [
            f"- {revision}: {', '.join(f'`{each}`' for each in group.lines[revision])}"
            for revision in REVISIONS
            if revision in group.lines
        ]
        told.append("")
    return "\n".join(told).strip()
