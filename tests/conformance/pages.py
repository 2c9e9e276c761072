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
_ROW = re.compile(r"^\| (.+?) \| (\d{4}-\d\d-\d\d) \| (\d+) \| (\d+) \|$", re.MULTILINE)
_TEXT = {
    "en": """# How far the simulator's MCP endpoints conform

[中文](README.zh-CN.md)

`{package}` {version}, the suite of the protocol's authors, asked everything that a
revision requires of a server. `make conformance` asks again and writes this page; it ends with 1 where a
check fails that is not named in [expected-failures.yaml](expected-failures.yaml), and where a line of that
file is stale: its check passes by now, or there is no such check any more. The tests of GoLive ask the same
and compare their count with this page's.

| Endpoint | Revision | Checks passed | Failed, as expected |
| --- | --- | --- | --- |
{rows}

The suite can show no API key; so the endpoints wanted none while it asked (`--defect mcp-any-key`).

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

| 接口 | 协议版本 | 通过的检查 | 预期内的失败 |
| --- | --- | --- | --- |
{rows}

该套件无法出示 API 密钥，所以检查期间接口不要求密钥（`--defect mcp-any-key`）。

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
    return f"| {name} | {result.revision} | {result.passed} | {result.known} |"


def kept() -> list[Result]:
    """The results that the page has."""
    providers = {names["en"]: provider for provider, names in _NAMES.items()}
    rows = _ROW.findall(PAGES["en"].read_text("utf-8"))
    return [Result(providers[name], told, int(passed), int(known)) for name, told, passed, known in rows]


def _reasons(language: str) -> str:
    told = []
    for group in groups():
        told.append(f"**{group.reason.zh if language == 'zh' else group.reason.en}**\n")
        told += [
            f"- {revision}: {', '.join(f'`{each}`' for each in group.lines[revision])}"
            for revision in REVISIONS
            if revision in group.lines
        ]
        told.append("")
    return "\n".join(told).strip()
