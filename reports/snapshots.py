"""Reads what a record keeps under `snapshots/` in the shape that it must have."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from harness.core.errors import UsageError
from harness.evidence import RunRecord


def read_snapshot(record: RunRecord, name: str, shape: TypeAdapter[Any]) -> Any:
    """A snapshot of a record; None when there is none.

    Raises:
        UsageError: it is damaged.
    """
    found = record.read_snapshot(name)
    if found is None:
        return None
    try:
        return shape.validate_python(found)
    except ValidationError as error:
        raise UsageError(
            f"the run record is damaged: its snapshot {name} has another shape",
            where=str(record.folder / "snapshots" / f"{name}.json"),
            remedy="run again; a damaged record proves nothing",
        ) from error
