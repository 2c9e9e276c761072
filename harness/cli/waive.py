"""`golive waive`: a person decides to live with failures of a control for a while."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from harness.cli.language import language_option
from harness.cli.paper_options import control_of, desk, entered, signing_options
from harness.core.control import Language
from harness.core.terminal_language import terminal_language


@click.command(
    "waive",
    epilog="""\b
Examples:
  golive waive PAY-09 --by "release manager" --owner "payments team" --days 14 \\
      --reason "renewal is mended in 6.2.1, which ships on Thursday"
  golive waive RFD-04 --by "release manager" --owner "payments team" --budget 2 \\
      --reason "no refund over this wire is offered before the mend"

\b
Exit codes: 0 entered · 4 refused, with the reason; nothing was entered""",
)
@click.argument("control")
@click.option("--reason", required=True, help="Why it is acceptable.")
@click.option("--owner", required=True, help="Who sees to it that it is mended.")
@click.option("--days", type=int, default=14, show_default=True, metavar="N", help="How long, at most 30.")
@click.option(
    "--budget", type=int, default=1, show_default=True, metavar="N", help="How many failing parts it covers."
)
@signing_options
@language_option
def command(
    *,
    control: str,
    reason: str,
    owner: str,
    days: int,
    budget: int,
    name: str,
    key: Path | None,
    papers: Path,
    lang: Language | None,
) -> int:
    """Live with failures of CONTROL for some days. A fatal control (F) is never waived.

    One failing part more than the budget, and the waiver covers none of them. A waived control opens a gate
    and earns no readiness. golive withdraw ends a waiver early.
    """
    chosen, place = control_of(control), desk(papers, name, key)
    until = place.now + timedelta(days=max(min(days, 10_000), 0))
    made = place.waive(chosen, reason=reason, owner=owner, until=until, budget=budget)
    entered(made, lang or terminal_language())
    return 0
