"""Whatever a stream of events has in it, the one message that answers is found, as soon as it is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.event_stream import answer_in, is_answered, is_event_stream

ANSWER = {"jsonrpc": "2.0", "id": 7, "result": {"told": "茶"}}
TEXT = '{"jsonrpc":"2.0","id":7,"result":{"told":"茶"}}'
NOTICE = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"result":1}}'
PING = '{"jsonrpc":"2.0","id":7,"method":"ping"}'
ANOTHER = '{"jsonrpc":"2.0","id":8,"result":{}}'

STREAMS = {
    "one event": f"data: {TEXT}\n\n",
    "no blank behind the colon": f"data:{TEXT}\n\n",
    "named": f"event: message\ndata: {TEXT}\n\n",
    "with id and retry": f"id: 1\nretry: 3000\ndata: {TEXT}\n\n",
    "byte order mark": f"\ufeffdata: {TEXT}\n\n",
    "priming event first": f"id: 0\ndata:\n\ndata: {TEXT}\n\n",
    "heartbeats first": f": ping\n\n:\n\ndata: {TEXT}\n\n",
    "notices first": f"data: {NOTICE}\n\ndata: {NOTICE}\n\ndata: {TEXT}\n\n",
    "the server's own request first": f"data: {PING}\n\ndata: {TEXT}\n\n",
    "another answer first": f"data: {ANOTHER}\n\ndata: {TEXT}\n\n",
    "no JSON first": f"data: hello\n\ndata: [1]\n\ndata: {TEXT}\n\n",
    "over two lines": "data: " + TEXT.replace(",", ",\ndata: ", 1) + "\n\n",
    "field without a value": f"data\n\ndata: {TEXT}\n\n",
    "fields nobody knows": f"colour: red\ndata: {TEXT}\n\n",
    "and then more": f"data: {TEXT}\n\n: ping\n\ndata: {NOTICE}\n\n",
}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("stream", STREAMS)
def test_the_answer_is_found(stream: str, ending: str) -> None:
    body = STREAMS[stream].replace("\n", ending).encode()
    assert answer_in(body, 7) == ANSWER
    assert is_answered({"content-type": "text/event-stream"}, body, 7)


@given(st.sampled_from(sorted(STREAMS)), st.data())
def test_it_is_found_once_its_event_is_complete_and_not_before(stream: str, data: st.DataObject) -> None:
    body = STREAMS[stream].encode()
    end = body.index(TEXT.encode()[-12:]) + 12
    cut = data.draw(st.integers(0, len(body)))
    found = answer_in(body[:cut], 7)
    assert found == (ANSWER if cut >= end + 2 else None)


def test_a_stream_that_ended_needs_no_blank_line_at_its_end() -> None:
    body = f"data: {TEXT}".encode()
    assert answer_in(body, 7) is None
    assert answer_in(body, 7, ended=True) == ANSWER


@pytest.mark.parametrize("body", [b"", b"\n\n", b"data: {\n\n", b"\xff\xfe\n\n", b"data: " + b"[" * 100_000])
def test_nothing_that_answers_is_none(body: bytes) -> None:
    assert answer_in(body, 7, ended=True) is None


def test_a_refusal_need_not_know_what_it_refused() -> None:
    refusal = b'data: {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}\n\n'
    found = answer_in(refusal, 7)
    assert found is not None
    assert found["error"]["code"] == -32700


@pytest.mark.parametrize(
    ("media", "events"),
    [
        ("text/event-stream", True),
        ("Text/Event-Stream; Charset=UTF-8", True),
        (" text/event-stream ;charset=utf-8", True),
        ("application/json", False),
        ("text/event-stream-not", False),
        ("", False),
    ],
)
def test_a_media_type_ignores_case_and_may_have_parameters(media: str, events: bool) -> None:
    assert is_event_stream({"content-type": media}) is events
    assert not is_event_stream({})
