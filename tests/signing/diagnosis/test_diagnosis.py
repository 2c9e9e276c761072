"""Every classic mistake with a signature is called by its name, and nothing else ever is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.hashes import SHA512

from harness.signing.diagnosis.claim import Unsigned
from harness.signing.diagnosis.diagnose import diagnose
from harness.signing.diagnosis.message import Kind, Message
from harness.signing.diagnosis.result import MISTAKES, Diagnosis, State
from tests.signing.diagnosis.planted import (
    APIV3,
    BODY,
    BOM,
    GET,
    MCP,
    NOW,
    POST,
    SECOND,
    SHA_1,
    STRANGER,
    Plant,
    ring,
    signature,
)
from tests.signing.diagnosis.planted_members import (
    ALIPAY,
    ASKED,
    ENVELOPE,
    FIELDS,
    OLD,
    asked,
    canonical,
    envelope,
    form,
    made,
    text,
)
from tests.signing.diagnosis.planted_messages import MESSAGES, NODE, RAW, answer, callback, lines, v3
from tests.signing.diagnosis.planted_unlisted import UNLISTED, UPLOAD

PLANTED: list[Plant] = [*APIV3, *ALIPAY, *ENVELOPE, *MESSAGES, *UNLISTED]


def looked_at(message: Message, now: float | None = NOW) -> Diagnosis:
    return diagnose(message, ring, now=now)


@pytest.mark.parametrize("plant", PLANTED, ids=[f"{n}-{cause}" for n, (cause, _, _) in enumerate(PLANTED)])
def test_a_mistake_is_called_by_its_name(plant: Plant) -> None:
    found = looked_at(plant[2]())
    assert (found.state, found.cause) == (State.NAMED, plant[0]), found
    assert found.sentence == MISTAKES[plant[0]]


def test_the_table_is_planted_whole() -> None:
    whoever_asks_knows = {"wrong-account", "certificate-revoked"}
    assert len(PLANTED) >= 100
    assert MISTAKES.keys() - {cause for cause, _, _ in PLANTED} == whoever_asks_knows


def test_a_right_signature_holds() -> None:
    own = (POST.signing(), GET.signing(), asked(text(ASKED)), envelope(canonical()), callback(RAW), UPLOAD)
    for message in own:
        assert looked_at(message).state is State.HOLDS
    assert looked_at(v3(lines)).state is looked_at(answer(NODE)).state is State.HOLDS
    alipays = {**FIELDS, "paymentMethod": "alipay"}
    assert looked_at(envelope(canonical(alipays), alipays)).kind == Kind.ENVELOPE_ALIPAY_REQUEST
    assert looked_at(replace(POST, stamp=str(NOW - 9999)).signing(), now=None).state is State.HOLDS


def test_the_texts_are_told_as_they_were_signed_and_as_they_should_be() -> None:
    found = looked_at(GET.signing(target="/v3/pay"))
    assert found.signed is None
    found = looked_at(GET.signing(method="get"))
    assert found.expected == GET.text().decode()
    assert found.signed == GET.text().decode().replace("GET", "get")
    assert looked_at(POST.sent(signature(POST.text(), key=MCP))).signed == POST.text().decode()


TEXTS: list[Callable[[], bytes]] = [
    lambda: POST.text()[:-1],
    lambda: replace(POST, method="post").text(),
    lambda: replace(POST, body=b"").text(),
    lambda: replace(POST, body=BOM + BODY).text(),
    lambda: POST.text().replace(b"\n", b"\r\n"),
    lambda: replace(POST, body=BODY.decode().encode("gbk")).text(),
]


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_of_two_mistakes_at_once_neither_is_named(number: int) -> None:
    wrong = TEXTS[number]()
    late = replace(POST, stamp=str(NOW - 600))
    both = [
        POST.sent(signature(wrong, digest=SHA_1)),
        POST.sent(signature(wrong, key=MCP)),
        POST.sent(signature(wrong, key=SECOND)),
        POST.sent(signature(wrong).hex()),
        late.sent(signature(wrong.replace(str(NOW).encode(), late.stamp.encode()))),
        POST.sent(signature(wrong, pss=True)),
        POST.sent(signature(wrong.replace(b"/native", b"/jsapi"))),
        POST.sent(signature(wrong.upper())),
        POST.sent(signature(wrong, key=STRANGER)),
    ]
    assert [looked_at(each).cause for each in both] == [None] * len(both)
    told = " ".join(fact.en for fact in looked_at(both[0]).certain)
    assert MISTAKES["sha-1"].en in told


@pytest.mark.parametrize(
    ("message", "both"),
    [
        (replace(POST, serial="9" * 40).sent(signature(POST.text(), key=MCP)), ("wrong-key", "wrong-serial")),
        (replace(POST, stamp=f"{NOW - 600}000").signing(), ("milliseconds", "stale-clock")),
        (asked(text(OLD), OLD, pss=True), ("pss", "sign-type-says-sha-1")),
        (asked(text(OLD), OLD, digest=SHA512()), ("digest-other", "sign-type-says-sha-1")),
    ],
    ids=["key and serial", "unit and age", "padding and sign_type", "digest and sign_type"],
)
def test_two_things_that_go_together_are_two(message: Message, both: tuple[str, ...]) -> None:
    found = looked_at(message)
    assert (found.state, found.cause) == (State.UNKNOWN, None)
    assert {MISTAKES[each].en for each in both} <= {fact.en for fact in found.certain}


def test_what_a_stranger_signed_is_unknown_and_says_so() -> None:
    for message in (
        POST.sent(signature(POST.text(), key=STRANGER)),
        POST.sent("not base64 !"),
        POST.sent("QUJD"),
        form(ASKED, made(text(ASKED), key=STRANGER)),
        envelope(canonical(), key=STRANGER),
        POST.signing(nonce="ANOTHER"),
        asked(text({**ASKED, "total": "1"})),
    ):
        found = looked_at(message)
        assert (found.state, found.cause) == (State.UNKNOWN, None)
        assert found.certain
        assert found.sentence.zh.startswith("原因不明")


def test_whoever_asks_may_know_of_a_mistake_already() -> None:
    assert diagnose(POST.signing(), ring, now=NOW, besides=("wrong-account",)).cause == "wrong-account"
    both = diagnose(GET.signing(method="get"), ring, now=NOW, besides=("wrong-account",))
    assert both.state is State.UNKNOWN


def test_a_message_without_any_signature_is_nobodys() -> None:
    with pytest.raises(Unsigned, match="nothing in it is a signature"):
        looked_at(Message(headers=(), body=b"{}", method="POST", target="/"))
    broken = replace(POST, form='{0} mchid="1",nonce_str="{1}",signature="{4}"').signing()
    assert looked_at(broken).cause == "authorization-form"


HOSTILE = [
    b"[" * 60_000 + b"]" * 60_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b"9" * 65_536,
    b"a=b&" * 16_000 + b"sign=x&app_id=1",
    b"\xff\xfe" * 30_000,
    b'{"signature":"x","a":' + b"[" * 950 + b"]" * 950 + b"}",
    b"\n" * 65_536,
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_what_a_diagnosis_costs_is_bounded(number: int) -> None:
    """Even of the merchant's own key, over hostile bodies, and with a text that nothing explains."""
    body = HOSTILE[number]
    v3_request = replace(POST, body=body).signing(method="NONE")
    as_form = Message(headers=(), body=body, method="POST", target="/gateway.do")
    for message in (v3_request, as_form):
        try:
            found = looked_at(message)
        except Unsigned:
            continue
        assert found.cause is None
        assert found.keys_tried <= 100
        assert found.texts_tried <= 2_000
