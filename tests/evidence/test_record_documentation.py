"""docs/run-record.md names every member that a record has, so that nobody has to guess."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from harness.core.control import Artifact, Check, Step
from harness.evidence import ExchangeRecord, RunMeta
from harness.evidence.capacity import Capacity, CapacityStep
from harness.evidence.load_summary import (
    Curve,
    GeneratorBound,
    Limit,
    LoadSummary,
    Reason,
    Sentence,
    SeriesSummary,
    Subject,
    Timeline,
)
from harness.evidence.watched import Watched
from harness.verdict import Price, Waiver
from reports.earlier_runs import HistoryRow
from reports.passed_over import PassedOver

DOCUMENT = Path(__file__).parents[2] / "docs" / "run-record.md"


LOAD = [LoadSummary, Subject, Sentence, SeriesSummary, Timeline, Curve, Limit, Reason, GeneratorBound]


@pytest.mark.parametrize(
    "model",
    [
        RunMeta,
        Check,
        Step,
        Artifact,
        ExchangeRecord,
        Waiver,
        HistoryRow,
        PassedOver,
        *LOAD,
        Capacity,
        Watched,
        CapacityStep,
    ],
)
def test_every_member_is_documented(model: type[BaseModel]) -> None:
    named = set(re.findall(r"`([a-z0-9_]+)`", DOCUMENT.read_text("utf-8")))
    members = {field.alias or name for name, field in model.model_fields.items()}
    assert members - named == set()


def test_the_prices_are_documented_in_their_order() -> None:
    text = " ".join(DOCUMENT.read_text("utf-8").split())
    words = {Price.SOAK: "soak"}
    positions = [text.index(f"{words.get(price, price.text.en)} ·") for price in list(Price)[:-1]]
    assert positions == sorted(positions)
    assert Price.CHECK.text.en in text
