"""A made-up secret of each kind goes into every record, and only redaction by field can keep it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.exchange import Exchange
from harness.evidence import Recorder, RunRecord, plant, redaction, search
from harness.evidence.recorder import EXCHANGES
from tests.evidence.test_record import meta


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    """An empty record."""
    return RunRecord.create(tmp_path / "run", meta())


def test_no_canary_reaches_the_record(record: RunRecord) -> None:
    planted = plant(Recorder(record))
    assert (record.folder / EXCHANGES).read_text("utf-8").count('"canary"') == 2
    assert search(record.folder, planted) == []


def test_every_canary_was_really_sent() -> None:
    heard: list[Exchange] = []
    planted = plant(heard.append)
    sent = repr(heard)
    assert len(set(planted)) == len(planted) > 30
    assert all(canary in sent for canary in planted)


@pytest.mark.parametrize(
    ("rule", "weakened"),
    [
        ("_HIDDEN_HEADERS", frozenset({"cookie"})),
        ("_HIDDEN_FIELDS", redaction._HIDDEN_FIELDS - {"api_v3_key"}),
        ("_OWN_SIGNATURES", frozenset({"sign"})),
        ("_MASKED_FIELDS", redaction._MASKED_FIELDS - {"phone"}),
    ],
    ids=["headers", "fields", "signatures", "personal"],
)
def test_a_forgotten_field_is_noticed(
    rule: str, weakened: frozenset[str], record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, rule, weakened)
    assert search(record.folder, plant(Recorder(record))) == [EXCHANGES]
