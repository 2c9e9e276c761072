"""Judges a measurement that lies in a folder, and keeps there what it proves and the figures for a page."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from harness.core.control import Check, Grade
from harness.core.errors import UsageError
from harness.core.plain_text import json_text
from harness.evidence.redaction import Redactor
from harness.evidence.watched import Watched
from load.acceptance import accept
from load.criteria.file import FOLDER, load_set
from load.criteria.model import LoadSet
from load.measurement import FILE, read
from load.summary import summarise

FINDINGS = "measurements/judged.json"
"""Below the folder: a list of checks, each one control's answer for one series."""
SETS = "measurements/criteria"
"""Below the folder: the set of criteria that was played there, a file as it stood."""


def judge(
    folder: Path, criteria: LoadSet, grade: Grade, redactor: Redactor | None = None
) -> tuple[Check, ...]:
    """Judge what was measured there.

    Raises:
        UsageError: there is no measurement, or it is damaged.
    """
    acceptance = accept(read(folder / FILE), criteria, Watched.read(folder))
    checks = acceptance.checks(grade)
    keep(checks, folder)
    summarise(acceptance, redactor).write(folder)
    return checks


def keep(checks: Sequence[Check], folder: Path) -> None:
    """Write down what was found, for whoever reads it there."""
    plain = [check.model_dump(mode="json", exclude_defaults=True) for check in checks]
    (folder / FINDINGS).write_text(json_text(plain, indent=1) + "\n", "utf-8")


def keep_set(name: str, folder: Path) -> None:
    """Put a set beside what was measured for it, so that it can be judged anywhere."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    (folder / SETS).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / SETS / path.name)


def kept_set(folder: Path) -> LoadSet:
    """The set that was played there.

    Raises:
        UsageError: none was, or not as it stands.
        ConfigurationError: it is malformed.
    """
    files = sorted((folder / SETS).glob("*.y*ml"))
    if len(files) != 1:
        read(folder / FILE)  # nothing was measured at all, most often
        raise UsageError(
            "it was not measured for one set of criteria as it stands, so nothing says what it must prove",
            where=str(folder),
            remedy="name a set with --by, or measure with python -m load --set",
        )
    return load_set(str(files[0]))
