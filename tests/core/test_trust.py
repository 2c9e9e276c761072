"""Whose certificates are believed: read once, public ones on this machine, the environment's elsewhere."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest

from harness.core.money import Fen
from harness.core.trust import public_roots
from harness.gateways.guard import UNGUARDED, Guard
from harness.simulator.account.throwaway_ca import throw_away_ca


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose environment names the one authority of a company's proxy."""
    file = tmp_path / "company.pem"
    file.write_text(throw_away_ca(tmp_path).ca_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    public_roots.cache_clear()
    yield
    public_roots.cache_clear()


def authorities(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509_ca"]


def test_they_are_read_once() -> None:
    assert public_roots() is public_roots()


def test_on_this_machine_the_environment_adds_nobody(company: None) -> None:
    assert authorities(UNGUARDED.roots("127.0.0.1")) == authorities(
        ssl.create_default_context(cafile=certifi.where())
    )


def test_elsewhere_the_environment_may_name_others(company: None) -> None:
    assert authorities(UNGUARDED.roots("pay.example.com")) == 1


def test_a_guard_believes_whom_it_was_told_and_nobody_else(company: None) -> None:
    told = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    guard = Guard(hosts={("pay.example.com", 443)}, budget=Fen(0), rate=1, verify=told)
    assert guard.roots("pay.example.com") is told
    assert guard.roots("127.0.0.1") is told
