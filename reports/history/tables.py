"""The tables of the history, as SQLite and PostgreSQL both have them, and the steps that lead to them.

Moments are texts in UTC that sort by time. Every name begins with `golive_`, so that a shared database may
hold other tables beside ours.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from reports.history.shares import SHARES

PREFIX = "golive_"


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as `2026-11-23T02:00:00.000000Z`."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """As it is kept."""
        return None if value is None else f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """As it is read."""
        return None if value is None else datetime.fromisoformat(value)


METADATA = MetaData()

SCHEMA = Table(f"{PREFIX}history", METADATA, Column("version", Integer, nullable=False))
"""One row: the version of the tables."""

RUNS = Table(
    f"{PREFIX}runs",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("seal", String(64), nullable=False, unique=True),
    Column("sealed_by", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("merchant", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("gate", Text, nullable=False),
    Column("checklist", Text, nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment, nullable=False),
    Column("selection", Boolean, nullable=False),
    Column("interrupted", Boolean, nullable=False),
    Column("ending", Text, nullable=False),
    Column("readiness", Float, nullable=False),
    Column("checks", Integer, nullable=False),
    Column("faults", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("kept", Moment, nullable=False),
    UniqueConstraint("id", "started"),
)
"""One row a run. `seal` is the SHA-256 of its `seal.json`, `details` JSON of what is compared only."""
HEADER = [column for column in RUNS.c if column.name not in ("number", "kept", "details")]
"""What of it stands in a `KeptRun` under the same name."""

VERDICTS = Table(
    f"{PREFIX}verdicts",
    METADATA,
    Column("run", ForeignKey(RUNS.c.number), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("gate", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("required", Integer, nullable=False),
)
"""A row for each gate that a run judged."""

CONTROLS = Table(
    f"{PREFIX}controls",
    METADATA,
    Column("run", ForeignKey(RUNS.c.number), primary_key=True),
    Column("control", String(40), primary_key=True),
    Column("severity", String(1), nullable=False),
    Column("judged", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("open", Integer, nullable=False),
)
"""A row for each control: where it was judged to stand, and what the run's own parts came to."""

PARTS = Table(
    f"{PREFIX}parts",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("digest", String(32), nullable=False, unique=True),
    Column("control", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("dialect", Text, nullable=False),
)
"""Every part that any run exercised, once: its name is long."""

OUTCOMES = Table(
    f"{PREFIX}outcomes",
    METADATA,
    Column("run", ForeignKey(RUNS.c.number), primary_key=True),
    Column("part", ForeignKey(PARTS.c.number), primary_key=True),
    Column("outcome", String(20), nullable=False),
    Column("retried", Boolean, nullable=False),
)
"""What each part of a run came to, and whether it both failed and passed within the run."""

Index(f"{PREFIX}outcomes_by_part", OUTCOMES.c.part, OUTCOMES.c.outcome)

LATENCIES = Table(
    f"{PREFIX}latencies",
    METADATA,
    Column("run", ForeignKey(RUNS.c.number), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    *(Column(f"{name}{bound}_ms", Float) for name in SHARES for bound in ("", "_low", "_high")),
)
"""A row for each series of a load: milliseconds, and the 95 % interval around each; NULL has no end."""

Step = Callable[[Connection], Any]
STEPS: tuple[Step, ...] = (METADATA.create_all,)
"""From no tables to version 1, from 1 to 2, and so on: a step that was released is never changed."""
