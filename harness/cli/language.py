"""The option that says which language a command speaks."""

from __future__ import annotations

import click

from harness.core.control import Text

language_option = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="Language of what is printed.  [the terminal's]",
)
PAGE_WORD = Text(zh="报告页：", en="Page: ")
