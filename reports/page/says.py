"""Who says so: what judged by which checklist, from which record, whose key sealed it, and who signed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from harness.core.control import Text
from harness.evidence import RunRecord
from harness.evidence.seal_key import PREFIX
from harness.verdict import Judgement
from reports.page.moments import minute
from reports.page.paper_lines import PaperView, signers
from reports.page.translations import SENTENCES, WORDS
from reports.people import Papers, Person

_LETTERS = 12
"""Of a subject's fingerprint: enough to tell builds apart; all of it stands among what was judged."""
_SHORT = 8
"""Letters of a key that tell it from others at a glance."""
_SSH = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
"""What stands before the 32 bytes of an Ed25519 key in an SSH public key line (RFC 8709, section 4)."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line of who says so."""

    name: Text
    value: Text


def says(record: RunRecord, judgement: Judgement, papers: Papers | None, view: PaperView) -> list[Said]:
    """Five lines: about which app, then in the order of trust tool, evidence, seal and people."""
    meta = record.meta
    earlier = len(judgement.history)
    rests_on = SENTENCES["rests_on_more" if earlier else "rests_on"]
    return [
        Said(WORDS["said_of"], said_of(record)),
        Said(
            WORDS["judged_by"],
            SENTENCES["judged_by"].filled(version=meta.versions.get("golive", "?"), checklist=meta.checklist),
        ),
        Said(
            WORDS["rests_on"],
            rests_on.filled(run=meta.id, moment=minute(judgement.as_of), earlier=earlier),
        ),
        Said(WORDS["sealed_by"], sealed_by(record.sealed_by, papers, _SHORT)),
        Said(WORDS["signed_by"], signers(view)),
    ]


def said_of(record: RunRecord) -> Text:
    """Which app, and which build of it: by name, by version where the record has one, and by fingerprint."""
    meta = record.meta
    if not meta.merchant_asked:
        return Text(
            zh=f"{meta.merchant}：{WORDS['unasked'].zh}", en=f"{meta.merchant}: {WORDS['unasked'].en}"
        )
    name = " ".join(filter(None, (meta.merchant, meta.versions.get(meta.merchant, ""))))
    return SENTENCES["said_of"].filled(name=name, subject=meta.subject.removeprefix("sha256:")[:_LETTERS])


def owner_of(key: str, people: Iterable[Person]) -> str:
    """Who holds a seal's key, by the list of persons; empty where it names nobody for it.

    Args:
        key: as a seal names it.
        people: with their SSH public key lines.
    """
    try:
        packed = b64encode(_SSH + b64decode(key.removeprefix(PREFIX), validate=True)).decode()
    except ValueError:
        return ""
    line = f"ssh-ed25519 {packed}"
    return next((person.id for person in people if line in person.public_keys), "")


def sealed_by(key: str, papers: Papers | None, letters: int | None = None) -> Text:
    """Whose key sealed a record, and which.

    Args:
        key: as the seal names it; empty without a seal.
        letters: of the key, behind its kind, that are told; None: all of it.
    """
    if not key:
        return SENTENCES["unsealed"]
    owner = owner_of(key, papers.people if papers else ())
    told = key if letters is None else f"{key.removeprefix(PREFIX)[:letters]}…"
    return SENTENCES["sealed" if owner else "sealed_by_nobody_named"].filled(owner=owner, key=told)
