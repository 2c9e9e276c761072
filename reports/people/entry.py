"""One line of the ledger of papers: what a person said, when, about what, signed with that person's key."""

from __future__ import annotations

import json
from datetime import MAXYEAR, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from harness.core.control import Model
from harness.core.plain_text import PlainText, json_text

LONGEST_WAIVER = timedelta(days=30)
"""A waiver that lasts longer is none."""
MOST_PARTS = 1000
"""Failing parts that one waiver covers at most: more than any control has."""

_FIRST_YEAR = 2000


class Kind(StrEnum):
    """What an entry does."""

    ATTESTATION = "attestation"
    """A person says that a control is met, and hands in a document."""
    APPROVAL = "approval"
    """Another person says that an attestation is right."""
    WAIVER = "waiver"
    """A person decides to live with failures of a control for a while."""
    WITHDRAWAL = "withdrawal"
    """A person takes an entry back; it stays in the ledger."""


def _of_a_paper(moment: datetime) -> datetime:
    if not _FIRST_YEAR <= moment.year < MAXYEAR:
        raise ValueError("no moment at which a paper is signed or ends")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_of_a_paper)]
"""Aware, and in every zone a date that a calendar has."""


class Document(Model):
    """A file that was handed in, as it was then."""

    path: PlainText
    """Below the folder of papers, with `/`."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    """In bytes."""


class LookedAt(Model):
    """A part of a control that a check had left to a person."""

    scenario: PlainText
    provider: PlainText
    dialect: PlainText


class Entry(Model):
    """What an entry says, whoever keeps it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Literal[1] = Field(default=1, alias="schema")
    """Version of this shape."""
    number: int = Field(ge=1)
    """Its line in the ledger."""
    kind: Kind
    control: str = Field(pattern=r"^[A-Z]{3}-\d{2}$")
    """Id of the control it is about."""
    author: PlainText
    """The name that signed it."""
    fingerprint: PlainText
    """Of the key that signed it, as `ssh-keygen -lf` says it."""
    time: Moment
    """When it was signed, by the signer's machine: UTC."""
    about: str = ""
    """Digest of the entry that it approves, withdraws or corrects; empty: none."""
    statement: PlainText = ""
    """What the author states, in the author's words."""
    reason: PlainText = ""
    """Why: of a waiver, a withdrawal or a correction."""
    document: Document | None = None
    """Of an attestation: what proves it."""
    valid_until: Moment | None = None
    """Of an attestation or a waiver: at that moment it holds no longer."""
    subject: PlainText = ""
    """Of an attestation: the subject fingerprint of the run that it is about."""
    parts: tuple[LookedAt, ...] = ()
    """Of what a person saw in place of a check: the parts of that run that had asked for it."""
    grade: Literal["", "experience", "production"] = ""
    """And the grade of that run."""
    owner: PlainText = ""
    """Of a waiver: who sees to it that the failure is mended."""
    budget: int = Field(default=0, ge=0, le=MOST_PARTS)
    """Of a waiver: how many failing parts it covers."""


class SignedEntry(Entry):
    """A line of `ledger.ndjson`."""

    previous: str = ""
    """Digest of the line before it; empty in the first."""
    signature: str
    """In SSH's form, over all the rest."""

    def members(self) -> dict[str, Any]:
        """It as JSON-able members; those with their usual value are left out, but for the version."""
        return {"schema": self.schema_} | self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def line(self) -> str:
        """It as the ledger has it, without the line feed."""
        return json_text(self.members(), sort_keys=True)


def signed_bytes(members: dict[str, Any]) -> bytes:
    """What a signature is of: all members but itself, as JSON with sorted names, no blanks, in ASCII."""
    rest = {name: value for name, value in members.items() if name != "signature"}
    return json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()


def digest_of(line: bytes) -> str:
    """What the next entry names a line by: SHA-256 of its bytes, without the line feed."""
    return sha256(line).hexdigest()
