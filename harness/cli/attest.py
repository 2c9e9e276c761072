"""`golive attest`: a person states that a control is met, hands in a document, and signs."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.language import language_option
from harness.cli.paper_options import (
    control_of,
    desk,
    entered,
    left_to_a_person,
    moment_of,
    signing_options,
    subject_of,
    word,
)
from harness.core.control import Language
from harness.core.findings import told_in
from harness.core.plain_text import one_line
from harness.core.terminal_language import terminal_language
from harness.verdict.papers import wants_paper, wants_two_persons


@click.command(
    "attest",
    epilog="""\b
Examples:
  golive attest APP-01 --by "legal counsel" --file licence.pdf --valid-until 2027-06-30
  golive attest SEC-12 --by "security lead" --file encryption.pdf --valid-until 2027-03-31 \\
      --statement "disks and backups are encrypted with keys of our own"
  golive attest OPS-02 --by "duty lead" --file drill.pdf --valid-until 2027-01-31 \\
      --corrects 7 --reason "the drill was repeated"
  golive attest PAY-13 --by "qa lead" --file status.png --valid-until 2026-12-10 --run RUN

\b
Exit codes: 0 entered · 4 refused, with the reason; nothing was entered""",
)
@click.argument("control")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The document that proves it; it is copied, at most 256 MiB.",
)
@click.option(
    "--valid-until",
    metavar="DATE",
    required=True,
    help="The last day, in Beijing; or a moment with its zone.",
)
@click.option("--statement", default="", help="What is stated.  [the control's title]")
@click.option(
    "--run",
    type=click.Path(path_type=Path),
    help="The run it is about: whose subject, or whose check asked.  [the newest below runs]",
)
@click.option("--corrects", type=int, metavar="N", help="Entry that this one stands in place of.")
@click.option("--reason", default="", help="Why it is corrected.")
@signing_options
@language_option
def command(
    *,
    control: str,
    file: Path,
    valid_until: str,
    statement: str,
    run: Path | None,
    corrects: int | None,
    reason: str,
    name: str,
    key: Path | None,
    papers: Path,
    lang: Language | None,
) -> int:
    """State that CONTROL is met: with a document, until a date, signed with your own key.

    Your public key stands under your name in papers/people.toml. An SSH key signs by way of ssh-keygen, so an
    agent or a hardware key works; an Ed25519 key in PEM signs too. Runs that begin from now on keep what the
    papers say. OPS and BIZ want the approval of another person.

    Where a check at a real target ended needs-human, do what it asks and hand in a picture of what you saw:
    it decides those parts of that build for at most 14 days. A fatal control (F) wants approval then, too.
    """
    chosen, language = control_of(control), lang or terminal_language()
    look, asked = (None, []) if wants_paper(chosen) else left_to_a_person(run, chosen)
    entry = desk(papers, name, key).attest(
        chosen,
        file,
        statement=statement,
        valid_until=moment_of(valid_until, "--valid-until"),
        subject=subject_of(run),
        look=look,
        corrects=corrects,
        reason=reason,
    )
    for each in asked:
        click.echo(one_line(word("asked", language, what=told_in(each, language))))
    entered(entry, language)
    if wants_two_persons(chosen):
        click.echo(word("approve", language, control=chosen.id))
    return 0
