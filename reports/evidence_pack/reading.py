"""What people and programs read in a pack, built of its record, and the digest of the code that builds it."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from harness.evidence import RunRecord
from harness.verdict import Judgement
from reports.exports import json_report
from reports.judging import checklist_of
from reports.page import render

PAGE, REPORT = "report.html", "report.json"
READING = (PAGE, REPORT)
_TREE = Path(__file__).parents[2]
_CODE = ("harness/core", "harness/evidence", "harness/verdict", "reports")
_LIBRARIES = ("golive", "jinja2", "markupsafe", "pydantic", "pydantic-core")


def write_reading(record: RunRecord, judgement: Judgement, into: Path) -> None:
    """Write the page and the report of a record as judged into another folder.

    Raises:
        UsageError: the record is damaged.
    """
    checklist = checklist_of(record)
    (into / PAGE).write_bytes(render(record, checklist, judgement).encode())
    json_report.write(into, record.meta, checklist, judgement)


@cache
def code_digest() -> str:
    """A digest of the code that judges and draws, and of what it stands on: the same code, the same page."""
    digest = sha256(f"{sys.version_info[:2]}".encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    for folder in _CODE:
        for path in sorted((_TREE / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(_TREE).as_posix().encode() + b"\n")
                digest.update(sha256(path.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()}"
