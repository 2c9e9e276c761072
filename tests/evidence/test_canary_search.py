"""A finished record is searched for every secret that was in play, in every spelling."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

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
