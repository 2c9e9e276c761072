"""What the commands about the history share: where it is, and moments as people type them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from pathlib import Path

import click

from harness.core.clock import BEIJING
from harness.core.errors import UsageError
from harness.settings.history_place import history_place
from reports.history.asking import History
from reports.history.connection import NoHistory
from reports.history.database import open_history

runs_option = click.option(
    "--runs",
    default="runs",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the run records.",
)
history_option = click.option(
    "--history",
    "place",
    metavar="URL",
    help="The history: a file or a URL  [GOLIVE_HISTORY_URL, golive.toml, else history.sqlite in --runs].",
)


def place_of(place: str | None, runs: Path) -> str:
    """The history that is meant.

    Raises:
        UsageError: none is kept.
    """
    found = place or history_place(runs)
    if found is None:
        raise UsageError(
            "no history is kept here: its address is none",
            where="GOLIVE_HISTORY_URL, golive.toml",
            remedy="name one with --history, or leave the address away",
        )
    return found


@contextmanager
def history_if_any(place: str | None, runs: Path) -> Iterator[History | None]:
    """The history that is meant; None where nobody kept a run, or none is wanted."""
    found = place or history_place(runs)
    with ExitStack() as stack:
        history = None
        if found is not None:
            with suppress(NoHistory):
                history = stack.enter_context(open_history(found))
        yield history


def moment_of(text: str | None, option: str) -> datetime | None:
    """A moment with its zone, or the beginning of a Beijing day.

    Raises:
        UsageError: it is neither.
    """
    if text is None:
        return None
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if MINYEAR < day.year < MAXYEAR:
            return datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and MINYEAR < moment.year < MAXYEAR:  # one that has days around it
            return moment
    raise UsageError(
        f"neither a day nor a moment with its zone: {text!r}",
        where=option,
        remedy="write it like 2026-12-10, or 2026-12-10T09:00:00+08:00",
    )


def since_of(text: str | None) -> datetime | None:
    """A moment, a day, or so many days ago, as `30d`."""
    if text is not None and text.endswith("d") and text[:-1].isascii() and text[:-1].isdigit():
        return datetime.now(BEIJING) - timedelta(days=min(int(text[:-1]), 36_500))
    return moment_of(text, "--since")
