"""Verifies a pack with pinned keys only, and judges its record again; nothing in it is believed unproven."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Collection
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pydantic import TypeAdapter

from harness.core.control import Text
from harness.core.errors import UsageError
from harness.core.plain_text import one_line
from harness.evidence import META, RunRecord
from harness.evidence.pack import statement
from harness.evidence.pack.container import Member, content_of, members_of
from harness.evidence.pack.envelope import open_envelope
from harness.evidence.pack.refusal import PackRefused, PackTooNew
from harness.evidence.pack.statement import Held, Predicate, Statement
from harness.evidence.run_meta import SCHEMA
from harness.evidence.seal import broken_results
from harness.verdict import Judgement
from reports.earlier_runs import HistoryRow, rows_of
from reports.evidence_pack.make import CHECKLIST, RUNS, verdicts
from reports.evidence_pack.papers import papers_judged_by, unproven_entry
from reports.evidence_pack.reading import PAGE, REPORT, code_digest, write_reading
from reports.evidence_pack.work_folder import work_folder
from reports.judging import PAPERS, judge_record
from reports.snapshots import read_snapshot

_LONGEST_STATEMENT = 32 << 20
_HISTORY = TypeAdapter(tuple[HistoryRow, ...])
_TOLD = ("run", "as_of", "gate", "grade", "merchant", "subject", "environment", "checklist", "sealed_by",
    "interrupted", "selection")  # fmt: skip
"""Members of report.json that any version of the program writes alike."""


class Verified(NamedTuple):
    """A pack in which all holds."""

    predicate: Predicate
    signed_by: str
    """The pinned key."""
    judgement: Judgement
    """Of its record, made again."""
    members: int
    notes: tuple[Text, ...]
    """What was not proven, and why that refuses nothing."""
    later: Judgement | None = None
    """Of the same record at the later moment that was asked for; None: none was."""


def verify_pack(
    path: Path,
    pinned: Collection[str],
    *,
    later: datetime | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Prove that a pack is what a pinned key signed, and that its record gives the verdict that it states.

    Args:
        pinned: public keys, the only ones that are believed: of the statement and of every seal.
        later: a moment not before the statement's, to judge at as well: what has expired counts no more.
        tell: told how many bytes were read by now.

    Raises:
        PackRefused: it does not hold; `reason` says which part.
        PackTooNew: a later version made it.
        UsageError: there is no such file, or `later` is before the statement's moment.
    """
    with _opened(path) as file, work_folder("verify") as place:
        members = members_of(file)
        signed = open_envelope(_statement_of(file, members), pinned)
        said = statement.read(signed.payload)
        _same_members(said, members)
        _unpack(file, members, said, place, tell)
        record, judgement, notes = _judged_again(place, said.predicate, pinned)
        then = None
        if later is not None:
            if later < judgement.as_of:
                raise UsageError(
                    f"this machine's clock stands before the pack's moment: {later.isoformat()}",
                    where=judgement.as_of.isoformat(),
                    remedy="set the clock right; a pack that was judged in the future says nothing of today",
                )
            then = judge_record(record, later, trusted=pinned)
        return Verified(said.predicate, signed.signed_by, judgement, len(members), notes, then)


def _opened(path: Path) -> BinaryIO:
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise UsageError(
            "there is no such pack", where=str(path), remedy="golive pack RUN --out F.zip makes one"
        ) from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise UsageError("a pack is a file, and this is none", where=str(path), remedy="name the .zip itself")
    return os.fdopen(number, "rb")


def _statement_of(file: BinaryIO, members: list[Member]) -> bytes:
    member = next((each for each in members if each.name == statement.MEMBER), None)
    if member is None:
        raise PackRefused("no-statement", f"the zip has no {statement.MEMBER}: it is no pack")
    if member.size > _LONGEST_STATEMENT:
        raise PackRefused("bomb", "the statement is longer than any of ours", where=statement.MEMBER)
    return b"".join(content_of(file, member))


def _same_members(said: Statement, members: list[Member]) -> None:
    there = {each.name for each in members} - {statement.MEMBER}
    for name in sorted(there - said.digests.keys()):
        raise PackRefused("member-added", "a member was added: the statement does not name it", where=name)
    for name in sorted(said.digests.keys() - there):
        raise PackRefused("member-gone", "a member is gone that the statement names", where=one_line(name))


def _unpack(
    file: BinaryIO, members: list[Member], said: Statement, place: Path, tell: Callable[[int], None]
) -> None:
    """Put every member below a folder of our own, and compare what was put there with what was signed."""
    done = 0
    for member in members:
        if member.name == statement.MEMBER:
            continue
        target = place / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = sha256()
        with target.open("xb") as stream:
            for piece in content_of(file, member):
                digest.update(piece)
                stream.write(piece)
                done += len(piece)
                tell(done)
        if digest.hexdigest() != said.digests[member.name]:
            raise PackRefused("member-changed", "a member is not what was signed", where=member.name)


def _judged_again(
    place: Path, said: Predicate, pinned: Collection[str]
) -> tuple[RunRecord, Judgement, tuple[Text, ...]]:
    folder = place / RUNS / said.run
    record = _record(folder)
    if record.meta.id != said.run:
        raise PackRefused("other-run", "the statement is of another run than the record", where=said.run)
    if (broken := record.broken_seal(trusted=pinned)) is not None:
        raise PackRefused(
            "seal", f"the record's own seal does not hold: {broken.why.en}", where=one_line(said.run)
        )
    if record.sealed_by != said.sealed_by:
        raise PackRefused("seal", "the statement names another key than the record's seal")
    _only_what_belongs(place, said)
    if _digest(folder / CHECKLIST) != said.checklist_digest:
        raise PackRefused("checklist", "the statement is about another checklist than the record's")
    notes = _papers(place, record, said)
    notes += [note for each in said.earlier for note in _earlier(place, record, each, pinned)]
    try:
        judgement = judge_record(record, said.as_of, trusted=pinned)
    except UsageError as error:
        raise PackRefused("record", error.what, where=Path(error.where).name) from error
    _same_verdict(judgement, record, said)
    notes += _same_reading(folder, place, record, judgement, said)
    return record, judgement, tuple(notes)


def _record(folder: Path) -> RunRecord:
    try:
        schema = json.loads((folder / META).read_bytes()).get("schema", 0)
        if isinstance(schema, int) and schema > SCHEMA:
            raise PackTooNew(
                "too-new",
                f"a newer version wrote the record (shape {schema}, known here: {SCHEMA})",
                remedy="bring golive up to date, and verify again",
            )
        return RunRecord.open(folder)
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise PackRefused("record", "the pack has no record of the run that the statement names") from error
    except UsageError as error:
        raise PackRefused("record", error.what, where=Path(error.where).name) from error


def _only_what_belongs(place: Path, said: Predicate) -> None:
    """Whatever else somebody signed into the pack, no reader may take for evidence."""
    runs = {said.run, *(each.run for each in said.earlier if each.held)}
    strange = sorted({path.name for path in (place / RUNS).iterdir()} - runs)
    strange += sorted({path.name for path in place.iterdir()} - {RUNS, PAPERS})
    if strange:
        raise PackRefused("strange", "the pack holds what is no part of one", where=strange[0])


def _papers(place: Path, record: RunRecord, said: Predicate) -> list[Text]:
    """That persons signed what the record was judged by; else why that was not asked."""
    folder = place / PAPERS
    there = sum(path.is_file() for path in folder.rglob("*"))
    if there != said.papers:
        raise PackRefused("predicate", "the statement has another number of papers than the pack")
    if there and (number := unproven_entry(record, folder)) is not None:
        raise PackRefused("papers", f"the papers do not prove entry {number}, which the record was judged by")
    if there or not papers_judged_by(record):
        return []
    return [
        Text(
            zh="证据包内没有书面材料：记录所依据的签字只有本次运行的封印作证",
            en="the papers are not in the pack: for what persons signed, only this run's seal vouches",
        )
    ]


def _earlier(place: Path, record: RunRecord, said: Held, pinned: Collection[str]) -> list[Text]:
    """That an earlier run's seal holds, and that the record says of it what it found; else why not asked."""
    if not said.held:
        return [
            Text(
                zh="裁决所依据的先前运行 {run} 不在证据包内：只有本次运行的封印为它作证",
                en="the earlier run {run}, which the verdict rests on, is not in the pack: "
                "only this run's seal vouches for it",
            ).filled(run=said.run)
        ]
    earlier = _record(place / RUNS / said.run)
    if earlier.sealed_by not in pinned or earlier.sealed_by != said.sealed_by:
        raise PackRefused(
            "earlier",
            f"an earlier run was sealed with a key that is not pinned here: {one_line(earlier.sealed_by)}",
            where=said.run,
            remedy="pin it as well, if its owner may vouch for a release",
        )
    if (broken := broken_results(earlier.folder, said.run, pinned)) is not None:
        raise PackRefused(
            "earlier", f"the seal of an earlier run does not hold: {broken.why.en}", where=said.run
        )
    found = {row.model_dump_json() for row in rows_of(earlier)}
    for row in read_snapshot(record, "history", _HISTORY) or ():
        if row.run == said.run and row.model_dump_json() not in found:
            raise PackRefused(
                "earlier",
                f"the record says of {row.check.control} what the earlier run did not find",
                where=said.run,
            )
    return []


def _same_verdict(judgement: Judgement, record: RunRecord, said: Predicate) -> None:
    if judgement.as_of != said.as_of:
        raise PackRefused("as-of", "the statement names a moment before the run's end")
    gives = (verdicts(judgement), judgement.selection)
    if gives != (said.verdicts, said.selection):
        told = ", ".join(f"{gate} {verdict}" for gate, verdict in gives[0].items()) or str(gives[1])
        raise PackRefused("verdict", f"judged again, the record gives another verdict: {told}")
    meta = record.meta
    pairs = {
        "subject": (judgement.subject, said.subject),
        "gate": (meta.gate, said.gate),
        "grade": (judgement.grade, said.grade),
        "target": (meta.target, said.target),
        "host": (meta.host, said.host),
        "merchant": (meta.merchant, said.merchant),
        "environment": (meta.environment, said.environment),
        "checklist": (meta.checklist, said.checklist),
        "started": (meta.started, said.started),
        "ended": (record.as_of, said.ended),
    }
    for name, (given, stated) in pairs.items():
        if given != stated:
            raise PackRefused("predicate", f"the statement has another {name} than the record")
    rests_on = sorted(each.run for each in judgement.history)
    if rests_on != sorted(each.run for each in said.earlier):
        raise PackRefused("predicate", "the statement names other earlier runs than the record")


def _same_reading(
    folder: Path, place: Path, record: RunRecord, judgement: Judgement, said: Predicate
) -> list[Text]:
    """That page and report say what the record gives: to the byte, where the same code made them."""
    fresh = place / "read-again"
    fresh.mkdir()
    write_reading(record, judgement, fresh)
    try:
        packed, made = (_members(each / REPORT) for each in (folder, fresh))
        if packed != made:
            raise PackRefused("report", f"{REPORT} is not what the record gives at that moment", where=REPORT)
        if said.code == code_digest():
            for name in (REPORT, PAGE):
                if _digest(folder / name) != _digest(fresh / name):
                    raise PackRefused(
                        "page", f"{name} is not what the record gives at that moment", where=name
                    )
            return []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackRefused("report", "the pack has no page and report that can be read") from error
    return [
        Text(
            zh="报告页由另一版本的程序写成：证明它是签名者所签，但未重画比对；裁决已重新得出",
            en="another version of the program wrote the page: it is the one that was signed, and was not "
            "drawn again; the verdict was judged again",
        )
    ]


def _members(path: Path) -> Any:
    told = json.loads(path.read_bytes())
    gates = {name: gate["verdict"] for name, gate in told["gates"].items()}
    controls = [(each["id"], each["status"]) for each in told["controls"]]
    return [told.get(name) for name in _TOLD], gates, controls


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
