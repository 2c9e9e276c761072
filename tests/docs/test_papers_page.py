"""docs/papers.md, in both languages, names every member of ledger, snapshot and dossier, and each command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from reports.people import Document, PaperEntry, Papers, Person, Refused, SignedEntry
from reports.people.dossier import Dossier, Milestone, Paper, State, Week
from reports.people.entry import LONGEST_WAIVER, Kind
from reports.people.sshsig import NAMESPACE

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["papers.md", "papers.zh-CN.md"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "model",
    [SignedEntry, Document, PaperEntry, Papers, Person, Refused, Dossier, Paper, Week, Milestone],
    ids=lambda model: model.__name__,
)
def test_every_member_is_named(page: str, model: type[BaseModel]) -> None:
    named = set(re.findall(r"`([a-z0-9_]+)`", (DOCS / page).read_text("utf-8")))
    assert {field.alias or name for name, field in model.model_fields.items()} - named == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_kind_state_and_command_is_named(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    for word in (*Kind, *State, NAMESPACE, str(LONGEST_WAIVER.days)):
        assert str(word) in text
    for command in ("attest", "approve", "waive", "withdraw", "dossier init", "dossier status"):
        assert f"golive {command}" in text
