"""Edits a notify: its members as they stand in the body, and what becomes of their signature."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.callbacks.alipay.form_body import letter, members_of
from harness.callbacks.alipay.genuine import told
from harness.callbacks.attack import Change, Original, b64, forger_key
from harness.callbacks.callback import Issuer
from harness.signing.alipay import SIGN, SIGN_TYPE

Members = dict[str, str]


def with_members(change: Callable[[Members], Mapping[str, str]]) -> Change:
    """A change of members whose signature stays as it was."""
    return lambda original: letter(change(members_of(original.callback.body)))


def with_signature(make: Callable[[Original, Members], str]) -> Change:
    """A change of nothing but the signature."""

    def changed(original: Original) -> Mapping[str, str]:
        members = members_of(original.callback.body)
        return {**members, SIGN: make(original, members)}

    return lambda original: letter(changed(original))


def with_bytes(change: Callable[[bytes], bytes]) -> Change:
    """A change of the genuine signature's bytes."""
    return with_signature(lambda original, members: b64(change(base64.b64decode(members[SIGN]))))


def says(change: Callable[[Members], Mapping[str, str]]) -> Change:
    """A change of members that Alipay itself signed."""
    return lambda original: told(original.issuer, change(unsigned(original)))


def unsigned(original: Original) -> Members:
    """The members of the genuine notify, less its signature."""
    return without(members_of(original.callback.body), SIGN, SIGN_TYPE)


def without(members: Mapping[str, str], *names: str) -> Members:
    """All members but these."""
    return {name: value for name, value in members.items() if name not in names}


def by_a_stranger(change: Change) -> Change:
    """The same change by somebody who is not Alipay."""
    return lambda original: change(replace(original, issuer=strange(original.issuer)))


def strange(issuer: Issuer) -> Issuer:
    """Whoever signs with a key of his own."""
    return replace(issuer, alipay_private_key=forger_key())
