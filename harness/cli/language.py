"""The language that a command speaks unless told otherwise."""

from __future__ import annotations

import os

import click

from harness.core.control import Language, Text

language_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), help="Language of what is printed.  [the terminal's]"
)
PAGE_WORD = Text(zh="报告页：", en="Page: ")


def spoken() -> Language:
    """The language of the terminal's locale: Chinese where it says so, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"
