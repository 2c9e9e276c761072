"""A finished record is searched for every secret that was in play, in every spelling."""

from __future__ import annotations

import json
import os
import secrets
import time
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.evidence import search

CANARY = 'canary/"+4f1e77 bird'


@pytest.mark.parametrize(
    "spelling",
    [CANARY, json.dumps(CANARY), quote(CANARY, safe=""), b64encode(CANARY.encode()).decode()],
    ids=["plain", "json", "percent", "base64"],
)
def test_a_canary_is_found_in_any_file_and_spelling(tmp_path: Path, spelling: str) -> None:
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "page.bin").write_bytes(b"\x00\xff" + spelling.encode() + b"\x00")
    (tmp_path / "run.json").write_text("{}")
    assert search(tmp_path, ["another-secret", CANARY]) == ["artifacts/page.bin"]


def test_a_canary_in_a_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "shot-canary-4f1e77.png").write_bytes(b"")
    assert search(tmp_path, ["canary-4f1e77"]) == ["shot-canary-4f1e77.png"]


def test_what_was_searched_before_is_not_searched_again(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old.json", tmp_path / "fresh.json"
    for each in (old, fresh):
        each.write_text(CANARY)
    os.utime(old, (1_000_000, 1_000_000))
    os.utime(fresh, (2_000_000, 2_000_000))
    assert search(tmp_path, [CANARY], since=2_000_000.5) == ["fresh.json"]
    assert search(tmp_path, [CANARY]) == ["fresh.json", "old.json"]


def test_a_clean_record_has_none(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    assert search(tmp_path, [CANARY, ""]) == []


@given(
    before=st.binary(max_size=24),
    secret=st.text("ab-/", min_size=6, max_size=40),
    cut=st.integers(min_value=0, max_value=40),
    after=st.binary(max_size=24),
)
def test_a_secret_is_found_wherever_it_begins_and_half_of_one_is_none(
    before: bytes, secret: str, cut: int, after: bytes
) -> None:
    written = before + secret.encode()[: cut or None] + after
    with TemporaryDirectory() as folder:
        (Path(folder) / "0").write_bytes(written)
        assert search(Path(folder), [secret, CANARY]) == (["0"] if secret.encode() in written else [])


def test_hundreds_of_secrets_are_looked_for_at_the_price_of_a_few(tmp_path: Path) -> None:
    (tmp_path / "exchanges.ndjson").write_text(secrets.token_hex(4_000_000))
    few, many = (_price(tmp_path, secrets_of_a_run) for secrets_of_a_run in (4, 400))
    assert many < 20 * few


def _price(folder: Path, count: int) -> float:
    """Processor time of a search for so many secrets."""
    known = [secrets.token_urlsafe(32) for _ in range(count)]
    begun = time.process_time()
    assert search(folder, known) == []
    return time.process_time() - begun
