"""What the commands that sign papers share: who signs, with which key, in which folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from harness.cli.report import run_folder
from harness.core.clock import BEIJING
from harness.core.control import Control, Language, Text
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.core.texts import read_texts
from harness.evidence import RunRecord
from harness.verdict.looks import waits_for_a_look
from harness.verdict.papers import last_day
from reports.checklist import load
from reports.people import Kind, SignedEntry
from reports.people.entering import Desk, Look
from reports.people.entry import LookedAt

PAPERS = Path("papers")
WORDS = read_texts(Path(__file__).with_name("papers.yaml"))

papers_option = click.option(
    "--papers",
    type=click.Path(path_type=Path),
    default=PAPERS,
    show_default=True,
    help="The folder of papers, beside that of the runs.",
)


def signing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--by`, `--key` and `--papers`, for a command that signs."""
    for option in (
        papers_option,
        click.option(
            "--key",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Private key to sign with, or the public one of a key in an agent.  [found in ~/.ssh]",
        ),
        click.option(
            "--by", "name", metavar="NAME", required=True, help="Who signs, as people.toml says it."
        ),
    ):
        command = option(command)
    return command


def desk(papers: Path, name: str, key: Path | None) -> Desk:
    """Where a person signs."""
    return Desk(papers, name, key)


def control_of(word: str) -> Control:
    """The control of an id, in either case.

    Raises:
        UsageError: there is none.
    """
    ids = {control.id: control for control in load().controls}
    if word.upper() in ids:
        return ids[word.upper()]
    raise UsageError(
        f"there is no control {word!r}",
        where="the checklist",
        remedy=did_you_mean(word, ids, otherwise="golive explain lists them all"),
    )


def moment_of(text: str, option: str) -> datetime:
    """A moment with its zone, or a day: then the end of that day in Beijing.

    Raises:
        UsageError: it is neither.
    """
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=1), time(), BEIJING).astimezone(UTC)
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and moment.year < MAXYEAR:
            return moment.astimezone(UTC)
    raise UsageError(
        f"neither a day nor a moment with its zone: {text!r}",
        where=option,
        remedy="write it like 2027-06-30 or 2027-06-30T18:00:00+08:00",
    )


def subject_of(run: Path | None) -> str:
    """The subject fingerprint of a run; of the newest where none is named, and empty without any run."""
    place = _run_named(run)
    return "" if place is None else RunRecord.read_meta(place).subject


def left_to_a_person(run: Path | None, control: Control) -> tuple[Look | None, list[str]]:
    """What the checks of a control had left to a person in a run, and what each asks; None without any run.

    Raises:
        UsageError: there is no such run, or it is damaged.
    """
    place = _run_named(run)
    if place is None:
        return None, []
    record = RunRecord.open(place)
    open_ = [check for check in record.checks if check.control == control.id and waits_for_a_look(check)]
    parts = {
        LookedAt(scenario=each.scenario, provider=each.provider, dialect=each.dialect): each.message
        for each in open_
    }
    look = Look(record.meta.id, record.meta.grade.label, tuple(parts))
    return look, list(dict.fromkeys(parts.values()))


def _run_named(run: Path | None) -> Path | None:
    if run is not None:
        return run_folder(run)
    newest = Path("runs") / "latest"
    return newest if newest.exists() else None


def word(sentence: str, lang: Language, /, **values: object) -> str:
    """A sentence of these commands."""
    return WORDS["sentences"][sentence].filled(**values).spoken(lang)


def entered(entry: SignedEntry, lang: Language) -> None:
    """Say what now stands in the ledger."""
    until = entry.valid_until
    click.echo(
        word(
            entry.kind,
            lang,
            number=entry.number,
            control=entry.control,
            name=entry.author,
            until=last_day(until) if until else "",
        )
    )


def kind_word(kind: Kind) -> Text:
    """What an entry is called."""
    return WORDS["kinds"][kind]
