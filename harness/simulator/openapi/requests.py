"""The document's operations as requests that a collection holds, whichever program's collection it is.

A collection holds no key and no address: its environment does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from harness.simulator.openapi.examples import NUMBERS, example
from harness.simulator.wire.kit.json_schema import Schema

Pairs = tuple[tuple[str, str], ...]

BASE = "{{WECHAT_PAY_BASE_URL}}"
VARIABLES: Mapping[str, str] = {**{name: f"{name}_1" for name in NUMBERS}, "bill_date": "2026-01-31"}
"""What differs from one order to the next, and its first value."""
ABOUT = (
    "由 `golive collection` 依模拟器的 /openapi.json 生成。请求前的脚本用环境中的密钥签名；"
    "换一笔订单，请改集合变量 out_trade_no。"
    " / Made by `golive collection` of the simulator's /openapi.json. A script signs each request with the"
    " environment's keys; for another order change the variable out_trade_no."
)
SAME_AS = "x-same-as"
"""What the document says of an operation that stands under another path, too."""
_FORM = "application/x-www-form-urlencoded"
_PLACE = re.compile(r"\{(\w+)\}")
_ASKED = re.compile(r"\{\{([A-Z][A-Z_]+)\}\}|setting\(\"([A-Z_]+)\"\)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Wherever a value stands, `{{name}}` is a setting or one of `VARIABLES`."""

    wire: str
    """Whose folder it is in."""
    name: str
    """What it does, zh / en."""
    key: str
    """Its name for a file; no other request of the wire has it."""
    method: str
    path: str
    query: Pairs
    headers: Pairs
    body: str | None = None
    """JSON."""
    form: Pairs = ()
    """Parameters of Alipay's gateway, but for the common ones, which the script adds and signs."""

    @property
    def url(self) -> str:
        """Where it goes."""
        asked = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{BASE}{self.path}{'?' if asked else ''}{asked}"


def script(program: str) -> str:
    """What signs before each request: one way to sign, behind whatever a program calls its requests."""
    folder = files("harness.simulator.openapi")
    return "".join(folder.joinpath(name).read_text("utf-8") for name in ("sign.js", f"{program}.js"))


def settings_asked(*texts: str) -> list[str]:
    """The settings that requests or a script want, sorted."""
    return sorted({one or other for text in texts for one, other in _ASKED.findall(text)})


def requests(document: Mapping[str, Any]) -> Iterator[Asked]:
    """Every operation of the document that is signed and that a script can sign, under one path each."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if SAME_AS in operation:
                continue
            yield from _of(method.upper(), path, operation)


def _of(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[Asked]:
    """The requests of one operation: a gateway's methods are one each."""
    content = operation.get("requestBody", {}).get("content", {})
    wire, target = operation["tags"][0], _PLACE.sub(r"{{\1}}", path)
    accept = ("Accept", "application/json")
    if _FORM in content:
        for branch in content[_FORM]["schema"]["oneOf"]:
            named = branch["properties"]["method"]["const"]
            form = _form(branch)
            yield Asked(wire, branch["description"], named, method, target, (), (accept,), form=form)
    elif operation["security"]:
        schema = content.get("application/json", {}).get("schema")
        body = None if schema is None else _text(_example("", schema, path), indent=2)
        headers = (*_given("header", operation, path), accept)
        yield Asked(
            wire,
            operation["summary"],
            operation["operationId"],
            method,
            target,
            _given("query", operation, path),
            headers if body is None else (*headers, ("Content-Type", "application/json")),
            body,
        )


def _given(place: str, operation: Mapping[str, Any], path: str) -> Pairs:
    """Its headers, or what its query has to have."""
    return tuple(
        (each["name"], str(_example(each["name"], each["schema"], path)))
        for each in operation.get("parameters", [])
        if each["in"] == place and (place == "header" or each["required"])
    )


def _form(branch: Schema) -> Pairs:
    members = branch["properties"]
    return (
        ("method", members["method"]["const"]),
        ("notify_url", "{{ALIPAY_NOTIFY_URL}}"),
        ("biz_content", _text(_example("", members["biz_content"]["contentSchema"], "alipay"))),
    )


def _example(name: str, schema: Schema, path: str) -> Any:
    notify_url = "ALIPAY_NOTIFY_URL" if "alipay" in path else "WECHAT_PAY_NOTIFY_URL"
    return example(name, schema, notify_url=notify_url)


def _text(value: object, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
