"""Changed callbacks of the envelope dialect that a merchant must refuse: signature and moment (CBK-17).

    for attack in ATTACKS:
        answer = merchant.deliver(attack.forge(issuer, resource))

Each attack carries a real payment, so a merchant that lets one
through credits money on a forger's word. That the dialect leaves `extraData` unsigned is its own
weakness and no attack: nothing of worth is in there.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from harness.callbacks.attack import RSA_BYTES, Attack, Change, Original, b64, forger_key, read_attacks
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.envelope import bodies, contents, mutations, variations
from harness.callbacks.envelope import genuine as envelope
from harness.callbacks.mutations import Mutable
from harness.signing import keys
from harness.signing.envelope import SIGNATURE, WINDOW_MS, md5, sign_rsa2
from harness.signing.wechat_v3 import PROBE_PREFIX, sign

MARGIN_MS = 1_000
"""Beyond the window by so much, so that the way to the merchant does not bring it back in."""

Members = dict[str, object]


def by_another_key(issuer: Issuer, body: bytes) -> Callback:
    """The notification signed freshly with a stranger's key."""
    return envelope.signed(replace(issuer, mcp_private_key=forger_key()), body)


def as_probe(issuer: Issuer, body: bytes) -> Callback:
    """The notification as signature-probing traffic: the probe's prefix before the genuine signature."""
    return envelope.letter(_probing(_sent(envelope.signed(issuer, body))))


def unsigned(issuer: Issuer, body: bytes) -> Callback:
    """The notification without a signature."""
    return envelope.unsigned(envelope.signed(issuer, body))


def _probing(members: Members) -> Members:
    return {**members, SIGNATURE: PROBE_PREFIX + str(members[SIGNATURE])}


def _sent(callback: Callback) -> Members:
    members: Members = json.loads(callback.body)
    return members


def _changed(change: Callable[[Issuer, Members], Mapping[str, object]]) -> Change:
    """A change of the signed members of a genuine notification, signature and all."""
    return lambda original: envelope.letter(change(original.issuer, _sent(original.callback)))


def _with_signature(make: Callable[[Issuer, Members], object]) -> Change:
    return _changed(lambda issuer, members: {**members, SIGNATURE: make(issuer, members)})


def _bytes_changed(change: Callable[[bytes], bytes]) -> Change:
    return _with_signature(lambda issuer, members: b64(change(base64.b64decode(str(members[SIGNATURE])))))


def _off_by(milliseconds: int) -> Change:
    """Genuinely signed, at another moment."""
    return lambda original: envelope.build(
        original.issuer, original.resource, timestamp=envelope.now_ms() + milliseconds
    )


def _resigned(change: Callable[[Members], Mapping[str, object]]) -> Change:
    """Genuinely signed over members that are wrong."""

    def forged(original: Original) -> Callback:
        members = _sent(original.callback)
        wrong = {name: value for name, value in change(members).items() if name != SIGNATURE}
        return envelope.letter({**wrong, SIGNATURE: sign_rsa2(original.issuer.mcp_private_key, wrong)})

    return forged


def _without(members: Mapping[str, object], name: str) -> Members:
    return {key: value for key, value in members.items() if key != name}


def _other_key(issuer: Issuer, members: Members) -> str:
    return sign_rsa2(forger_key(), _without(members, SIGNATURE))


def _by_another_key(change: Change) -> Change:
    """The same change by somebody who is not the platform."""
    return lambda original: change(
        replace(original, issuer=replace(original.issuer, mcp_private_key=forger_key()))
    )


def _moved_signature(issuer: Issuer, members: Members) -> Members:
    """A signature of another notification of the same platform."""
    other = {**members, "outTradeNo": f"{members['outTradeNo']}"[:-1] + "_"}
    return {**members, SIGNATURE: sign_rsa2(issuer.mcp_private_key, other)}


def _amount_with_signature_kept(issuer: Issuer, members: Members) -> Members:
    return {**members, "totalAmount": int(str(members["totalAmount"])) + 1}


def _in_a_wrapper(issuer: Issuer, members: Members) -> Members:
    """Everything moved to where the dialect signs nothing; the signature over what is left is genuine."""
    outside: Members = {
        "notifyType": "payment",
        "data": _without(members, SIGNATURE),
        "timestamp": members["timestamp"],
    }
    return {**outside, SIGNATURE: sign_rsa2(issuer.mcp_private_key, outside)}


def _public_key_as_secret(issuer: Issuer, members: Members) -> str:
    """Works on a verifier that lets the message choose MD5 and takes the key it has for the secret."""
    return md5(keys.bare_public(issuer.mcp_private_key.public_key()), members)


TRULY_SIGNED = "envelope-payment-inside-unsigned-data"
"""By its signature a notice that names neither order nor state."""
CHANGES: dict[str, Change] = {
    "envelope-signature-stripped": _changed(lambda issuer, members: _without(members, SIGNATURE)),
    "envelope-signature-empty": _with_signature(lambda issuer, members: ""),
    "envelope-signature-null": _with_signature(lambda issuer, members: None),
    "envelope-signature-true": _with_signature(lambda issuer, members: True),
    "envelope-signature-list": _with_signature(lambda issuer, members: [members[SIGNATURE]]),
    "envelope-signature-garbage": _with_signature(
        lambda issuer, members: b64(secrets.token_bytes(RSA_BYTES))
    ),
    "envelope-signature-not-base64": _with_signature(lambda issuer, members: "!not*base64!"),
    "envelope-signature-truncated": _bytes_changed(lambda raw: raw[: RSA_BYTES // 2]),
    "envelope-signature-bit-flipped": _bytes_changed(lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
    "envelope-probe": _changed(lambda issuer, members: _probing(members)),
    "envelope-other-key": _with_signature(_other_key),
    "envelope-other-key-says-closed": _by_another_key(contents.CHANGES["envelope-state-closed"]),
    "envelope-other-key-says-failed": _by_another_key(contents.CHANGES["envelope-state-payerror"]),
    "envelope-other-key-says-refunded": _by_another_key(contents.CHANGES["envelope-state-refund"]),
    "envelope-signature-of-another-notice": _changed(_moved_signature),
    "envelope-signature-over-the-body": _with_signature(
        lambda issuer, members: sign(
            issuer.mcp_private_key, envelope.letter(_without(members, SIGNATURE)).body
        )
    ),
    "envelope-md5-with-the-public-key": _with_signature(_public_key_as_secret),
    "envelope-md5-without-a-key": _with_signature(lambda issuer, members: md5("", members)),
    "envelope-amount-changed": _changed(_amount_with_signature_kept),
    "envelope-number-changed": _changed(
        lambda issuer, members: {**members, "outTradeNo": f"{members['outTradeNo']}0"}
    ),
    "envelope-member-added": _changed(lambda issuer, members: {**members, "subject": "x"}),
    "envelope-timestamp-changed": _changed(
        lambda issuer, members: {**members, "timestamp": int(str(members["timestamp"])) + 1}
    ),
    "envelope-stale": _off_by(-WINDOW_MS - MARGIN_MS),
    "envelope-a-day-old": _off_by(-24 * 3600 * 1000),
    "envelope-from-the-future": _off_by(WINDOW_MS + 10 * MARGIN_MS),
    "envelope-timestamp-in-seconds": _resigned(
        lambda members: {**members, "timestamp": int(str(members["timestamp"])) // 1000}
    ),
    "envelope-timestamp-missing": _resigned(lambda members: _without(members, "timestamp")),
    TRULY_SIGNED: _changed(_in_a_wrapper),
}

ATTACKS: tuple[Attack, ...] = read_attacks(
    Path(__file__).with_name("attacks.yaml"),
    CHANGES | contents.CHANGES | bodies.CHANGES,
    envelope.build,
    may_be_acknowledged=(*contents.CHANGES, TRULY_SIGNED),
)
VARIATIONS: tuple[Attack, ...] = read_attacks(
    Path(__file__).with_name("variations.yaml"), variations.CHANGES, envelope.build
)
MUTATIONS = Mutable(mutations.draw, mutations.inert)
