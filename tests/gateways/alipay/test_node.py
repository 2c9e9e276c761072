"""The signed bytes are the very bytes of the wire, and an answer that can be read in two ways is refused."""

from __future__ import annotations

import hashlib

import pytest

from harness.gateways.alipay.node import AmbiguousAnswer, UnreadableAnswer, read_node

METHOD = "alipay.trade.precreate"
NODE = (
    '{"code":"10000","msg":"Success","out_trade_no":"GL20261105000002",'
    '"qr_code":"https:\\/\\/qr.alipay.com\\/bax01234k7m2q9t4w8xy00a1"}'
)


def wire(*parts: str) -> bytes:
    return ("{" + ",".join(parts) + "}").encode()


def named(node: str = NODE) -> str:
    return f'"alipay_trade_precreate_response":{node}'


def test_the_node_is_cut_out_as_it_stands_with_its_escapes() -> None:
    found = read_node(wire(named(), '"sign":"c2ln"'), METHOD)
    assert hashlib.sha256(found.signed).hexdigest() == (
        "660174cd58fac0084e4e2075e66c40f5a8e17bcbb97db913f71adc92675bc031"
    )
    assert found.text("qr_code") == "https://qr.alipay.com/bax01234k7m2q9t4w8xy00a1"
    assert (found.sign, found.certificate_sn) == ("c2ln", "")


def test_blanks_order_and_braces_in_texts_do_not_matter() -> None:
    node = '{ "code" : "40004", "sub_msg":"a } b \\" { 交易", "n": 1.50 }'
    found = read_node(
        (
            f'\n{{ "sign" : "s" , "alipay_cert_sn":"7a", "alipay_trade_precreate_response" : {node} }}\n'
        ).encode(),
        METHOD,
    )
    assert found.signed == node.encode()
    assert found.members["n"] == "1.50"
    assert found.certificate_sn == "7a"


def test_the_error_node_stands_for_any_method() -> None:
    assert read_node(wire('"error_response":{"code":"40002"}'), METHOD).text("code") == "40002"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b"[1]",
        b'"text"',
        wire(named())[:-9],
        wire(named())[:-1],
        "验签".encode("gbk"),
        b"{" * 4000,
        b"\xef\xbb\xbf" + wire(named()),
    ],
    ids=["nothing", "page", "list", "text", "cut", "open", "gbk", "deep", "bom"],
)
def test_what_is_no_answer_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        read_node(body, METHOD)


@pytest.mark.parametrize(
    "body",
    [
        wire(),
        wire('"sign":"s"'),
        wire(named(), named('{"code":"10000","qr_code":"another"}'), '"sign":"s"'),
        wire(named(), '"error_response":{"code":"1"}', '"sign":"s"'),
        wire('"alipay_trade_query_response":{"code":"10000"}', '"sign":"s"'),
        wire(named(), '"sign":"s"', '"sign":"t"'),
        wire(named('{"code":"10000","code":"40004"}'), '"sign":"s"'),
        wire(named('"Y2lwaGVy"'), '"sign":"s"'),
        wire(named(), '"sign":null'),
        wire(named(), '"sign":"s"') + b"{}",
    ],
    ids=["empty", "no node", "twice", "two nodes", "of another method", "two signs", "name twice", "sealed",
         "sign is no text", "something behind"],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused(body: bytes) -> None:
    with pytest.raises((AmbiguousAnswer, UnreadableAnswer)):
        read_node(body, METHOD)
