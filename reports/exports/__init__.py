"""The judgement for other programs. Each export is a module with `write`, and stands in one table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.evidence import RunMeta
from harness.verdict import Judgement
from reports.checklist import Checklist
from reports.exports import allure, json_report, junit

__all__ = ["EXPORTS"]

EXPORTS: tuple[Callable[[Path, RunMeta, Checklist, Judgement], None], ...] = (
    json_report.write,
    junit.write,
    allure.write,
)
"""Each writes its files into the run's folder, the same bytes for the same judgement."""
