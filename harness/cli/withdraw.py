"""`golive withdraw`: a person takes an entry of the ledger back."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.language import language_option
from harness.cli.paper_options import desk, entered, signing_options
from harness.core.control import Language
from harness.core.terminal_language import terminal_language


@click.command(
    "withdraw",
    epilog="""\b
Examples:
  golive withdraw 7 --by "release manager" --reason "the roster has a gap on Sunday"

\b
Exit codes: 0 entered · 4 refused, with the reason; nothing was entered""",
)
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it no longer holds.")
@signing_options
@language_option
def command(
    *, number: int, reason: str, name: str, key: Path | None, papers: Path, lang: Language | None
) -> int:
    """Take entry NUMBER back: an attestation, an approval or a waiver. It counts no more from now on.

    It stays in the ledger, with who withdrew it and why; at a moment before that it still counts. Anybody in
    people.toml may withdraw: that only ever takes evidence away. golive dossier status names the entries.
    """
    entered(desk(papers, name, key).withdraw(number, reason=reason), lang or terminal_language())
    return 0
