"""Makes a pack of a sealed record: what was judged, the page, papers, and the earlier runs it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, NamedTuple

from harness.core.errors import HarnessError, UsageError
from harness.evidence import RunRecord
from harness.evidence.pack import statement
from harness.evidence.pack.container import Member, members_of
from harness.evidence.pack.envelope import sign
from harness.evidence.pack.leaks import leaks
from harness.evidence.pack.names import check_names
from harness.evidence.pack.refusal import PackRefused
from harness.evidence.pack.statement import Held, Predicate
from harness.evidence.pack.writer import PackWriter, pieces_of, whole_file
from harness.evidence.seal import SEAL, sealed_files
from harness.evidence.seal_key import own_key, public_text
from harness.verdict import Judgement
from reports.evidence_pack.papers import unproven_entry
from reports.evidence_pack.reading import READING, code_digest, write_reading
from reports.evidence_pack.work_folder import work_folder
from reports.judging import PAPERS, judge_record

RUNS = "runs"
"""A folder in a pack, and papers the other: as they stand beside each other on the disk."""
EARLIER = ("results.ndjson", "run.json", SEAL)
"""What is kept of an earlier run: enough to see who sealed what it found."""
CHECKLIST = "snapshots/checklist.json"


class Made(NamedTuple):
    """A pack that was made."""

    path: Path
    members: int
    size: int
    """Bytes of the file."""
    predicate: Predicate
    signed_by: str
    judgement: Judgement


class _Source(NamedTuple):
    path: Path
    digest: str = ""
    """What it must hold; empty: whatever it holds."""


def make_pack(
    run_folder: Path,
    out: Path,
    *,
    as_of: datetime | None = None,
    papers: Path | None = None,
    secrets: Iterable[str] = (),
    tell: Callable[[int], None] = lambda _: None,
) -> Made:
    """Judge a record again, and write it with all that the verdict rests on into one signed file.

    Args:
        as_of: the moment to judge at; its own end by default.
        papers: the folder of papers; by default the one beside the runs, where there is one.
        secrets: what the finished pack is searched for, beside all made-up secrets.
        tell: told how many bytes were packed, or searched, by now.

    Raises:
        UsageError: there is no record, it is damaged, has no seal that holds, or cannot be packed or written.
        HarnessError: a secret stands in it.
    """
    record = RunRecord.open(run_folder)
    _refuse_unsealed(record)
    judgement = judge_record(record, as_of)
    with work_folder("pack") as made:
        write_reading(record, judgement, made)
        earlier = dict(_earlier(record, judgement))
        sources = dict(_sources(record, made, earlier))
        folder = papers or _papers_beside(record.folder)
        sources |= dict(_papers(folder, required=papers is not None))
        _refuse_unproven(record, folder)
        _refuse_names(sources)
        predicate = _predicate(record, judgement, earlier, sum(map(_is_paper, sources)))
        key = own_key()
        with whole_file(out) as file, PackWriter(file, tell) as writer:
            for name, source in sorted(sources.items()):
                _add(writer, name, source)
            envelope = sign(statement.written(writer.digests, predicate), key)
            writer.add(statement.MEMBER, [envelope])
            writer.close()
            members = _looked_at(file)
            leaking = leaks(file, members, secrets, tell=tell)
            if leaking:
                raise _secret_in(leaking[0], run_folder)
            size = file.seek(0, 2)
    return Made(out, len(members), size, predicate, public_text(key), judgement)


def _secret_in(name: str, run_folder: Path) -> HarnessError:
    own = "do not share the record; please report which field it stands in"
    handed_in = "take it out of the papers: keys and passwords belong nowhere near them"
    return HarnessError(
        f"a secret stands in {name}, and no pack was made",
        where=str(run_folder),
        remedy=handed_in if _is_paper(name) else own,
    )


def _refuse_unsealed(record: RunRecord) -> None:
    if record.meta.ended is None:
        raise UsageError(
            "the run goes on, or was killed: its record has no end, and is not packed",
            where=str(record.folder),
            remedy="let it end, or run again; only a sealed record proves anything",
        )
    if (broken := record.broken_seal()) is not None:
        raise UsageError(
            f"no pack is made of a record that cannot be believed: {broken.why.en}",
            where=str(record.folder),
            remedy="run again, or pin the key that sealed it: GOLIVE_TRUSTED_KEYS",
        )


def _earlier(record: RunRecord, judgement: Judgement) -> Iterator[tuple[str, tuple[Path | None, str]]]:
    """The earlier runs that the verdict rests on, each with its folder where it is still there unchanged."""
    for each in judgement.history:
        folder = record.folder.resolve().parent / each.run
        holds = bool(each.sealed_by) and _holds(folder, each.run)
        yield each.run, (folder if holds else None, each.sealed_by)


def _holds(folder: Path, run: str) -> bool:
    try:
        record = RunRecord.open(folder)
    except UsageError:
        return False
    return record.meta.id == run and record.broken_seal(whole=False) is None


def _sources(
    record: RunRecord, made: Path, earlier: Mapping[str, tuple[Path | None, str]]
) -> Iterator[tuple[str, _Source]]:
    home = f"{RUNS}/{record.meta.id}"
    for name, digest in sealed_files(record.folder).items():
        yield f"{home}/{name}", _Source(record.folder / name, digest)
    yield f"{home}/{SEAL}", _Source(record.folder / SEAL)
    for name in READING:
        yield f"{home}/{name}", _Source(made / name)
    for run, (folder, _) in earlier.items():
        if folder is not None:
            yield from ((f"{RUNS}/{run}/{name}", _Source(folder / name)) for name in EARLIER)


def _refuse_unproven(record: RunRecord, folder: Path) -> None:
    if folder.is_dir() and (number := unproven_entry(record, folder)) is not None:
        raise UsageError(
            f"the papers do not prove entry {number} any more, which the record was judged by",
            where=str(folder),
            remedy="name the papers as they were then with --papers, or run again",
        )


def _is_paper(name: str) -> bool:
    return name.startswith(f"{PAPERS}/")


def _papers_beside(run_folder: Path) -> Path:
    return run_folder.resolve().parent.parent / PAPERS


def _papers(folder: Path, *, required: bool) -> Iterator[tuple[str, _Source]]:
    if not folder.is_dir():
        if required:
            raise UsageError(
                "there is no folder of papers here", where=str(folder), remedy="name another --papers"
            )
        return
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise UsageError(
                "a link among the papers is not packed",
                where=str(path),
                remedy="put the file itself there, or remove the link",
            )
        if path.is_file():
            yield f"{PAPERS}/{path.relative_to(folder).as_posix()}", _Source(path)


def _refuse_names(sources: Mapping[str, _Source]) -> None:
    try:
        check_names(sources)
    except PackRefused as error:
        raise UsageError(
            f"a file cannot be packed: {error.what}", where=error.where, remedy="give it another name"
        ) from error


def _predicate(
    record: RunRecord,
    judgement: Judgement,
    earlier: Mapping[str, tuple[Path | None, str]],
    papers: int,
) -> Predicate:
    meta = record.meta
    return Predicate(
        run=meta.id,
        as_of=judgement.as_of,
        started=meta.started,
        ended=record.as_of,
        gate=meta.gate,
        verdicts=verdicts(judgement),
        selection=judgement.selection,
        grade=judgement.grade,
        target=meta.target,
        host=meta.host,
        merchant=meta.merchant,
        subject=judgement.subject,
        environment=meta.environment,
        checklist=meta.checklist,
        checklist_digest=sealed_files(record.folder).get(CHECKLIST, ""),
        sealed_by=judgement.sealed_by,
        earlier=tuple(
            Held(run=run, sealed_by=key, held=folder is not None) for run, (folder, key) in earlier.items()
        ),
        papers=papers,
        golive=version("golive"),
        code=code_digest(),
    )


def verdicts(judgement: Judgement) -> dict[str, str]:
    """The verdict of each gate, as a word."""
    return {id_: str(gate.verdict) for id_, gate in judgement.gates.items()}


def _add(writer: PackWriter, name: str, source: _Source) -> None:
    digest = writer.add(name, pieces_of(source.path))
    if source.digest and digest != source.digest:
        raise UsageError(
            "the record was altered while it was packed",
            where=str(source.path),
            remedy="nothing writes to a finished record; find out what did, and run again",
        )


def _looked_at(file: BinaryIO) -> list[Member]:
    """The members, as whoever verifies will see them."""
    file.flush()
    try:
        return members_of(file)
    except PackRefused as error:
        raise HarnessError(
            f"the pack would be refused: {error.what}", where=error.where, remedy="please report it"
        ) from error
