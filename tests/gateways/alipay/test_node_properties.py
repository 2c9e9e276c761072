"""Whatever a node holds, its bytes are cut out as they stood, and nothing that is read was not signed."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.gateways.alipay.node import AmbiguousAnswer, UnreadableAnswer, read_node

METHOD = "alipay.trade.query"
NAME = "alipay_trade_query_response"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ['"sign":"', "},{", "\\", '\\"', "{", "}", '"alipay_trade_query_response":{', "https://qr.alipay.com/"]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(
    members=st.dictionaries(TEXTS, VALUES, max_size=6),
    escaped=st.booleans(),
    ascii_=st.booleans(),
    spaced=st.booleans(),
    node_first=st.booleans(),
)
def test_the_signed_bytes_are_those_of_the_wire(
    members: dict[str, Any], escaped: bool, ascii_: bool, spaced: bool, node_first: bool
) -> None:
    separators = (", ", " : ") if spaced else (",", ":")
    node = json.dumps(members, ensure_ascii=ascii_, separators=separators)
    node = node.replace("/", "\\/") if escaped else node
    parts = [f'"{NAME}":{node}', '"sign":"c2ln"']
    body = "{" + ",".join(parts if node_first else reversed(parts)) + "}"
    found = read_node(body.encode(), METHOD)
    assert found.signed == node.encode()
    assert found.sign == "c2ln"
    assert set(found.members) == set(json.loads(node))


@given(body=st.binary(max_size=60) | TEXTS.map(lambda text: f'{{"{NAME}":{{"a":"{text}'.encode()))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    try:
        read_node(body, METHOD)
    except (AmbiguousAnswer, UnreadableAnswer):
        return
    json.loads(body)
