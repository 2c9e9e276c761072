"""`golive followup`: the checks that a run had to leave for a day."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.endpoint_options import asking, endpoint_options
from harness.cli.language import language_option
from harness.core.control import Language, Text
from harness.core.findings import told_in
from harness.core.plain_text import one_line
from harness.core.terminal_language import terminal_language
from harness.nightly.follow_up import follow_up
from reports.build import PAGE

_NOTHING = Text(
    zh="没有到期的事项：此目标上没有满一天、且可能已付款的订单",
    en="nothing is due: no order at this target is a day old and may have been paid",
)
_RECORD = Text(zh="记录：{page}", en="record: {page}")


@click.command(
    "followup",
    epilog="""\b
Examples:
  golive followup --target experience          were yesterday's payments given back?

\b
Asks for orders that earlier runs left at the target and that somebody paid, once a day has
passed. Refunded: EXP-03 passes at the grade of that run. Not due yet: it stays. Overdue: it
fails. What is settled becomes a record of its own in --runs. golive nightly does the same first.
Exit codes: 0 nothing failed · 1 a payment did not come back · 3 unreachable · 4 refused""",
)
@endpoint_options
@language_option
def command(target: str, env_file: str | None, ca_file: str | None, runs: Path, lang: Language | None) -> int:
    """Ask whether what was paid at a real target came back within 24 hours (EXP-03)."""
    language = lang or terminal_language()
    found = follow_up(asking(target, env_file, ca_file, runs))
    for order in found.orders:
        click.echo(one_line(f"{order.out_trade_no}  {told_in(order.detail, language)}  ({order.run})"))
    for record in found.records:
        click.echo(_RECORD.spoken(language).format(page=record.folder / PAGE))
    if not found.orders:
        click.echo(_NOTHING.spoken(language))
    return 1 if found.failed else 0
