"""The document as a Postman collection (format 2.1), whose script signs with the environment's keys.

A collection holds no key and no address: its environment does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from harness.simulator.openapi.examples import NUMBERS, example
from harness.simulator.wire.kit.json_schema import Schema

_FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_BASE = "{{WECHAT_PAY_BASE_URL}}"
_FORM = "application/x-www-form-urlencoded"
_PLACE = re.compile(r"\{(\w+)\}")
_SCRIPT = files("harness.simulator.openapi").joinpath("sign.js").read_text("utf-8")
_ABOUT = (
    "由 `golive collection` 依模拟器的 /openapi.json 生成。请求前的脚本用环境中的密钥签名；"
    "换一笔订单，请改集合变量 out_trade_no。"
    " / Made by `golive collection` of the simulator's /openapi.json. A script signs each request with the"
    " environment's keys; for another order change the variable out_trade_no."
)


def collection(document: Mapping[str, Any]) -> dict[str, Any]:
    """Every operation of the document that is signed and that the script can sign, a folder a wire."""
    folders: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            items = list(_items(method.upper(), path, operation))
            folders.setdefault(operation["tags"][0], []).extend(items)
    return {
        "info": {"name": document["info"]["title"], "description": _ABOUT, "schema": _FORMAT},
        "item": [{"name": name, "item": items} for name, items in folders.items() if items],
        "event": [
            {"listen": "prerequest", "script": {"type": "text/javascript", "exec": _SCRIPT.splitlines()}}
        ],
        "variable": [
            *({"key": name, "value": f"{name}_1"} for name in NUMBERS),
            {"key": "bill_date", "value": "2026-01-31"},
        ],
    }


def _items(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The requests of one operation: a gateway's methods are one each."""
    content = operation.get("requestBody", {}).get("content", {})
    if _FORM in content:
        for branch in content[_FORM]["schema"]["oneOf"]:
            yield _item(method, path, branch["description"], [], _form(branch))
    elif operation["security"]:
        schema = content.get("application/json", {}).get("schema")
        body = None if schema is None else _raw(_example("", schema, path))
        yield _item(method, path, operation["summary"], operation.get("parameters", []), body)


def _item(
    method: str, path: str, name: str, parameters: list[Schema], body: dict[str, Any] | None
) -> dict[str, Any]:
    """One request; what a path or a query wants is a variable."""
    target = _PLACE.sub(r"{{\1}}", path)
    query = [
        {"key": each["name"], "value": _example(each["name"], each["schema"], path)}
        for each in parameters
        if each["in"] == "query" and each["required"]
    ]
    headers = [
        {"key": each["name"], "value": _example(each["name"], each["schema"], path)}
        for each in parameters
        if each["in"] == "header"
    ]
    headers.append({"key": "Accept", "value": "application/json"})
    if body is not None and body["mode"] == "raw":
        headers.append({"key": "Content-Type", "value": "application/json"})
    asked = "&".join(f"{each['key']}={each['value']}" for each in query)
    url = {
        "raw": f"{_BASE}{target}{'?' if asked else ''}{asked}",
        "host": [_BASE],
        "path": target.lstrip("/").split("/"),
        "query": query,
    }
    request: dict[str, Any] = {"method": method, "header": headers, "url": url}
    return {"name": name, "request": request if body is None else request | {"body": body}}


def _example(name: str, schema: Schema, path: str) -> Any:
    notify_url = "ALIPAY_NOTIFY_URL" if "alipay" in path else "WECHAT_PAY_NOTIFY_URL"
    return example(name, schema, notify_url=notify_url)


def _raw(value: object) -> dict[str, Any]:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}


def _form(branch: Schema) -> dict[str, Any]:
    """The two parameters that a request is about; the script adds the common ones, which are signed."""
    members = branch["properties"]
    biz = _example("", members["biz_content"]["contentSchema"], "alipay")
    return {
        "mode": "urlencoded",
        "urlencoded": [
            {"key": "method", "value": members["method"]["const"]},
            {"key": "notify_url", "value": "{{ALIPAY_NOTIFY_URL}}"},
            {"key": "biz_content", "value": json.dumps(biz, ensure_ascii=False)},
        ],
    }
