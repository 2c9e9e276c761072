"""The statement of a pack (in-toto Statement v1): a digest of every member, and what its record came to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field, ValidationError

from harness.core.control import Model
from harness.core.plain_text import PlainText, json_text, one_line
from harness.evidence.pack.refusal import PackRefused, PackTooNew

MEMBER = "statement.intoto.json"
"""Its name in the pack: the only member without a digest in it."""
STATEMENT: Literal["https://in-toto.io/Statement/v1"] = "https://in-toto.io/Statement/v1"
PREDICATE = "https://golive.invalid/evidence-pack/v"
"""A name and no address; the number of its shape follows."""
SCHEMA = 1
_ONE_FOLDER = r"^[^/\\\x00]*[^/\\\x00.][^/\\\x00]*$"
"""A run is a folder of that name among the runs of the pack, and nothing above or beside it."""


class Held(Model):
    """An earlier run that the verdict rests on."""

    run: PlainText = Field(pattern=_ONE_FOLDER)
    sealed_by: PlainText
    """The public key of its seal; empty: not recorded."""
    held: bool
    """Whether its results and its seal are in the pack."""


class Predicate(Model):
    """What the signer says of the run."""

    run: PlainText = Field(pattern=_ONE_FOLDER)
    """Id of the run."""
    as_of: AwareDatetime
    """The moment it was judged at."""
    started: AwareDatetime
    ended: AwareDatetime
    gate: PlainText
    """The gate that the run judged."""
    verdicts: dict[PlainText, PlainText]
    """GO, NO-GO or NOT YET by gate; empty for a narrowed run."""
    selection: PlainText | None
    """The ending of a narrowed run."""
    grade: PlainText
    target: PlainText
    host: PlainText
    merchant: PlainText
    subject: PlainText
    """Fingerprint of what was judged."""
    environment: PlainText
    checklist: PlainText
    """The requirement set: date of the checklist."""
    checklist_digest: str
    """SHA-256 of its snapshot."""
    sealed_by: str
    """The public key of the record's seal."""
    earlier: tuple[Held, ...]
    papers: int
    """How many files of papers the pack holds."""
    golive: PlainText
    """Version of the program that made it."""
    code: str
    """Digest of the code that judged and drew: only the same code draws the same page."""


class Subject(Model):
    """A member."""

    name: str
    digest: dict[Literal["sha256"], str] = Field(min_length=1)


class Statement(Model):
    """The payload that is signed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    type_: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type", default=STATEMENT)
    subject: tuple[Subject, ...]
    predicate_type: str = Field(alias="predicateType", default=f"{PREDICATE}{SCHEMA}")
    predicate: Predicate

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 by member."""
        return {each.name: each.digest["sha256"] for each in self.subject}


def written(digests: Mapping[str, str], predicate: Predicate) -> bytes:
    """The statement as it is signed."""
    made = Statement(
        subject=tuple(Subject(name=name, digest={"sha256": digests[name]}) for name in sorted(digests)),
        predicate=predicate,
    )
    return json_text(made.model_dump(mode="json", by_alias=True), sort_keys=True).encode()


def read(payload: bytes) -> Statement:
    """A statement whose signature was verified.

    Raises:
        PackRefused: it is of another kind or shape.
        PackTooNew: a later version made it.
    """
    try:
        told: Any = json.loads(payload)
        kind = str(told["predicateType"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PackRefused("statement", "what was signed is no in-toto statement") from None
    number = kind.removeprefix(PREDICATE)
    if kind.startswith(PREDICATE) and number.isdecimal() and int(number[:6]) > SCHEMA:
        raise PackTooNew(
            "too-new",
            f"a newer version made the pack (shape {number[:6]}, known here: {SCHEMA})",
            remedy="bring golive up to date, and verify again",
        )
    if kind != f"{PREDICATE}{SCHEMA}":
        raise PackRefused("predicate-type", "the statement is about something else than a pack")
    try:
        found = Statement.model_validate(told)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise PackRefused("statement", "the statement has another shape", where=one_line(place)) from error
    if len(found.digests) != len(found.subject):
        raise PackRefused("statement", "the statement names a member twice")
    return found
