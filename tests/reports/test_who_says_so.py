"""Who says so: a key is told by its owner where the list of persons names one, and never guessed."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.evidence.seal_key import public_text
from reports.page.says import owner_of, said_of, sealed_by
from reports.people import Papers, Person
from tests.reports.sample_run import START, sample_run

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LINE = KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
OTHER = Person(id="head of operations", names=("head of operations",), public_keys=("ssh-ed25519 AAAA",))
OWNER = Person(id="release manager", names=("release manager",), public_keys=("ssh-rsa BBBB", LINE))


def test_a_key_of_the_list_is_told_by_its_owner() -> None:
    papers = Papers(taken=START, people=(OTHER, OWNER))
    said = sealed_by(public_text(KEY), papers, 8)
    letters = public_text(KEY).removeprefix("ed25519:")[:8]
    assert said.en == f"release manager (key {letters}…)"
    assert said.zh == f"release manager（密钥 {letters}…）"


@pytest.mark.parametrize("papers", [None, Papers(taken=START, people=(OTHER,))])
def test_a_key_that_nobody_is_listed_with_is_said_to_be_nobodys(papers: Papers | None) -> None:
    said = sealed_by(public_text(KEY), papers)
    assert said.en == f"whoever ran it (key {public_text(KEY)}, no owner on record)"


def test_no_seal_is_said_to_be_none() -> None:
    assert sealed_by("", None).en == "nobody: the record has no seal"


def test_of_which_app_and_build_it_is_said(runs: Path) -> None:
    record = sample_run(runs)
    assert said_of(record).en == "shop 0.1.0, build fingerprint 5f2a9c31…"
    assert said_of(record).zh == "shop 0.1.0，构建指纹 5f2a9c31…"
    unasked = sample_run(runs, "unasked", merchant_asked=False)
    assert said_of(unasked).en == "shop: asked nothing; this run says nothing of it"


SHORT = f"ed25519:{b64encode(b'x').decode()}"


@pytest.mark.parametrize("key", ["", "ed25519:", "ed25519:half a key", "密钥", SHORT])
def test_what_is_no_key_has_no_owner(key: str) -> None:
    assert owner_of(key, (OTHER, OWNER)) == ""
