"""`report.json`: the judgement for programs. Other programs rely on its shape; members may be added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.core.control import Check
from harness.core.plain_text import json_text
from harness.evidence import RunMeta, StoredCheck
from harness.verdict import ControlStatus, GateVerdict, Judgement
from reports.checklist import Checklist

SCHEMA = 1


def write(folder: Path, meta: RunMeta, checklist: Checklist, judgement: Judgement) -> None:
    """Write `report.json`; equal judgements give equal bytes. Each member and each control is a line."""
    report = {
        "schema": SCHEMA,
        "run": meta.id,
        "as_of": judgement.as_of.isoformat(),
        "gate": meta.gate,
        "grade": judgement.grade,
        "target": meta.target,
        "host": meta.host,
        "merchant": meta.merchant,
        "subject": judgement.subject,
        "environment": meta.environment,
        "checklist": meta.checklist,
        "sealed_by": judgement.sealed_by,
        "history": [each.model_dump(mode="json") for each in judgement.history],
        "interrupted": judgement.interrupted,
        "doubts": [doubt.model_dump() for doubt in judgement.doubts],
        "selection": judgement.selection,
        "gates": {id_: _gate(verdict) for id_, verdict in judgement.gates.items()},
        "readiness": {
            "percent": judgement.readiness_percent,
            **judgement.readiness.model_dump(),
            "plan": {"today": 85, "goal": 95},
            "milestones": list(judgement.milestones),
        },
        "tally": judgement.tally.model_dump(mode="json"),
    }
    with (folder / "report.json").open("w", encoding="utf-8", newline="\n") as file:
        file.write("{\n")
        file.writelines(f"{json_text(name)}: {json_text(value)},\n" for name, value in report.items())
        file.write('"controls": [')
        for number, status in enumerate(judgement.controls):
            file.write(",\n" if number else "\n")
            file.write(json_text(_control(status, checklist)))
        file.write("\n]\n}\n")


def _gate(verdict: GateVerdict) -> dict[str, Any]:
    return {"verdict": verdict.verdict, "failing": verdict.failing} | verdict.model_dump(
        mode="json", exclude={"verdict"}
    )


def _control(status: ControlStatus, checklist: Checklist) -> dict[str, Any]:
    control = checklist.control(status.id)
    plain = status.model_dump(mode="json", exclude={"checks"})
    checks = [_stored(check).model_dump(mode="json", exclude_defaults=True) for check in status.checks]
    return plain | {"title": control.title.model_dump(), "checks": checks}


def _stored(check: Check) -> StoredCheck:
    """A check of a record is one already, and there may be very many."""
    return check if isinstance(check, StoredCheck) else StoredCheck(**dict(check))
