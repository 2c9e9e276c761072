"""`golive approve`: another person states that an attestation is right."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.language import language_option
from harness.cli.paper_options import control_of, desk, entered, signing_options
from harness.core.control import Language
from harness.core.terminal_language import terminal_language


@click.command(
    "approve",
    epilog="""\b
Examples:
  golive approve OPS-02 --by "release manager"
  golive approve BIZ-04 --by "finance lead" --entry 12 --key ~/.ssh/id_ed25519

\b
Exit codes: 0 entered · 4 refused, with the reason; nothing was entered""",
)
@click.argument("control")
@click.option("--entry", type=int, metavar="N", help="The attestation.  [the newest of CONTROL]")
@click.option("--statement", default="", help="What the approval rests on.")
@signing_options
@language_option
def command(
    *,
    control: str,
    entry: int | None,
    statement: str,
    name: str,
    key: Path | None,
    papers: Path,
    lang: Language | None,
) -> int:
    """Approve what somebody else attested of CONTROL. Read the document first: you sign for it.

    Nobody approves an attestation of their own. Whoever shares a key with its author is its author, under
    whatever name. OPS and BIZ count only when approved.
    """
    made = desk(papers, name, key).approve(control_of(control), entry=entry, statement=statement)
    entered(made, lang or terminal_language())
    return 0
