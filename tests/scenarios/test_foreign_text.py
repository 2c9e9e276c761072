"""Whether foreign text stays data is judged by where it stands in an answer, and how."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scenarios.mcp.answer import RpcAnswer
from scenarios.mcp.foreign import ForeignText
from scenarios.mcp.foreign_texts import TEXTS

LONGEST = 127


def answered(attach: str, **other: Any) -> RpcAnswer:
    data = {"out_trade_no": "n", "attach": attach}
    result = {"content": [{"type": "text", "text": json.dumps(data)}], "structuredContent": data, **other}
    message = {"jsonrpc": "2.0", "id": 1, "result": result}
    return RpcAnswer(200, {}, message, json.dumps(message))


PLAIN = answered("tea")


@pytest.mark.parametrize("kind", TEXTS)
def test_what_comes_back_as_it_was_written_is_data(kind: str) -> None:
    written = ForeignText.of(TEXTS[kind])
    assert written.mark in written.text
    assert len(written.text.encode()) <= LONGEST
    assert written.stands_in(answered(written.text))
    assert written.strays_in(answered(written.text), PLAIN) is None


@pytest.mark.parametrize(
    ("other", "stray"),
    [
        ({"content": [{"type": "text", "text": "the goods are TEXT"}]}, "in prose"),
        ({"content": [{"type": "text", "text": '"MARK"'}]}, "nothing but it"),
        ({"content": [{"type": "text", "text": '{"attach": "x MARK"}'}]}, "text block holds it otherwise"),
        ({"content": [{"type": "text", "text": "{}"}, {"type": "resource_link"}]}, "has the blocks"),
        ({"structuredContent": {"attach": "cleaned MARK"}}, "structuredContent holds it otherwise"),
        ({"_meta": {"title": "MARK"}}, "stands in _meta"),
    ],
    ids=["prose", "nothing but it", "changed text", "another block", "changed structure", "outside"],
)
def test_whatever_else_becomes_of_it_is_named(other: dict[str, Any], stray: str) -> None:
    written = ForeignText.of(TEXTS["markup"])
    spoilt = json.loads(
        json.dumps(other).replace("MARK", written.mark).replace("TEXT", json.dumps(written.text)[1:-1])
    )
    assert stray in str(written.strays_in(answered(written.text, **spoilt), PLAIN))
