"""Every forged notify a merchant must refuse, and those in rare shapes that it must credit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.callbacks.alipay import mutations
from harness.callbacks.alipay.attacks import (
    bodies,
    changed_members,
    contents,
    events,
    replays,
    signatures,
    stripped,
    variations,
)
from harness.callbacks.alipay.form_body import letter, pairs_of
from harness.callbacks.alipay.genuine import build, signed
from harness.callbacks.attack import Attack, forger_key, read_attacks
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.mutations import Mutable
from harness.signing.alipay import SIGN, SIGN_TYPE
from harness.signing.wechat_v3 import PROBE_PREFIX

__all__ = ["ATTACKS", "MUTATIONS", "VARIATIONS", "as_probe", "by_another_key", "unsigned"]


def by_another_key(issuer: Issuer, body: bytes) -> Callback:
    """The notification signed freshly with a stranger's key."""
    return signed(replace(issuer, alipay_private_key=forger_key()), body)


def as_probe(issuer: Issuer, body: bytes) -> Callback:
    """A prefix before the genuine signature, as one platform probes; this one is not known to."""
    sent = pairs_of(signed(issuer, body).body)
    return letter([(name, PROBE_PREFIX + value if name == SIGN else value) for name, value in sent])


def unsigned(issuer: Issuer, body: bytes) -> Callback:
    """The notification without a signature, and without the word for how it is made."""
    sent = pairs_of(signed(issuer, body).body)
    return letter([(name, value) for name, value in sent if name not in (SIGN, SIGN_TYPE)])


ATTACKS: tuple[Attack, ...] = read_attacks(
    Path(__file__).with_name("attacks.yaml"),
    signatures.CHANGES
    | stripped.CHANGES
    | changed_members.CHANGES
    | contents.CHANGES
    | events.CHANGES
    | bodies.CHANGES
    | replays.CHANGES,
    build,
    harmless=(*signatures.HARMLESS, *stripped.HARMLESS, *changed_members.HARMLESS),
    may_be_acknowledged=(
        *contents.TRULY_SIGNED,
        *events.CHANGES,
        *changed_members.TRULY_SIGNED,
        replays.TRULY_SIGNED,
    ),
)
VARIATIONS: tuple[Attack, ...] = read_attacks(
    Path(__file__).with_name("variations.yaml"), variations.CHANGES, build, harmless=variations.ON_REQUEST
)
MUTATIONS = Mutable(mutations.draw, mutations.inert)
