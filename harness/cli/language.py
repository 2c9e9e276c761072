"""The language that a command speaks unless told otherwise."""

from __future__ import annotations

import os

import click

from harness.cli.door import Door
from harness.core.control import Language, Text
from harness.core.errors import GoLiveError
from harness.core.findings import told_in


def tell_door(context: click.Context, _: click.Parameter, asked: Language | None) -> Language | None:
    """Remember the language that was asked for; the option's own value stays as it is."""
    door = context.find_object(Door)
    if door is not None and asked is not None:
        door.language = asked
    return asked


language_option = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    callback=tell_door,
    is_eager=True,  # before another option is refused
    help="Language of what is printed.  [the terminal's]",
)
PAGE_WORD = Text(zh="报告页：", en="Page: ")


def told(error: GoLiveError, door: Door) -> str:
    """An error in the language that was asked for."""
    return told_in(str(error), "zh" if (door.language or spoken()) == "zh" else "en")


def spoken() -> Language:
    """The language of the terminal's locale: Chinese where it says so, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"
