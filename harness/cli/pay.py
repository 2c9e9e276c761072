"""`golive pay`: a person with a phone pays at a real target, and says what it showed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import click

from harness.cli.language import PAGE_WORD
from harness.cli.progress import look
from harness.cli.run import declared
from harness.core.control import Check, Outcome
from harness.core.errors import HarnessError, UsageError
from harness.core.findings import told_in
from harness.core.plain_text import one_line
from harness.core.scenario_titles import scenario_title
from harness.core.terminal_language import terminal_language
from harness.plugin.attended.desk import Desk
from harness.plugin.attended.photos import read_photo
from harness.plugin.options import EMBEDDED, TABLE, Options
from harness.plugin.session.embed import EmbeddedRun, rehearse
from harness.plugin.session.interruption import Interruption
from reports.build import PAGE, build

SHARED = ("target", "merchant", "env_file", "budget", "rate", "ca_file", "out", "no_history", "language")
"""The options of `golive run` that mean the same here."""
_REAL = {
    row.name: replace(row, help="experience, production, or the URL of a real endpoint.", shown="")
    for row in TABLE
    if row.name == "target"
}
"""Rows that say something else here."""
_SOUND = frozenset({Outcome.PASS, Outcome.WARN})


@click.command(
    "pay",
    params=[declared(_REAL.get(row.name, row)) for row in TABLE if row.front == "pay" or row.name in SHARED],
    epilog="""\b
Examples:
  golive pay --attended --target experience --budget-fen 10 --merchant my-app.toml
  golive pay --attended --target experience --budget-fen 10 --provider alipay --scenario qr,h5
  golive pay --attended --target production --budget-fen 2 --scenario qr --wire mcp --refund
  golive pay --attended --target experience --budget-fen 10 --by 'release manager' --photo phone.jpg

With --merchant your app orders, so that its own notify_url is called and CBK-01 is judged; without, or
with --direct, our gateways order at the endpoint. An order that nobody pays is closed. What was seen
counts beside what `golive run` finds at the same target (docs/real-targets.md).

\b
Answers in a file (TOML), where nobody sits at a terminal:
  by = "release manager"
  [answers]         # PAY-01 … PAY-05: opened, told · CBK-01: logged, shown · EXP-01: refused
                    # EXP-04: payee, page · PAY-12: logged · PAY-13: status
  "PAY-02 opened" = true
  "order jsapi" = "20261130-17"   # which order that was, where the person orders in the app

\b
Exit codes: 0 all that was asked for passed · 1 something judged failed · 2 nobody paid or answered, it was
            interrupted, or a refund is not done · 3 unreachable · 4 usage or unsafe · 5 harness error""",
)
def command(**typed: object) -> int:
    """Pay by phone at a real target: shows a code, waits for the payment, asks what the phone showed.

    Writes a run record like `golive run`, with payments, pictures and answers in it.
    """
    language = typed["language"] or terminal_language()
    options = Options.read(typed | {"language": language})
    _refuse(options)
    desk = Desk.opened(
        language=options.language, answers=options.answers, by=options.by, wait_s=options.wait_s
    )
    with Interruption(options.language) as interruption:
        done = rehearse(options, watchers=(desk, interruption))
        if done.record is not None:
            build(done.record.folder)
    leaks = done.leaks()
    for line in _ending(done, options, leaks):
        click.echo(line)
    return HarnessError.exit_code if leaks else _exit_code(done, settled=not desk.unsettled)


def _refuse(options: Options) -> None:
    """Return when somebody is to attend, and what they brought along can be used.

    Raises:
        UsageError: else.
    """
    if not options.attended:
        raise UsageError(
            "a payment takes somebody who pays it and says what the phone showed",
            where="golive pay",
            remedy="add --attended, and have a phone at hand",
        )
    if options.target == EMBEDDED:
        raise UsageError(
            "nobody with a phone can pay at the embedded simulator",
            where="--target",
            remedy="say --target experience, production or a URL; `golive run` rehearses",
        )
    for photo in options.photos:
        read_photo(photo)


def _ending(done: EmbeddedRun, options: Options, leaks: list[str]) -> list[str]:
    if done.record is None:
        return done.lines
    told = [_line(check, options) for check in _tried(done.record.checks)]
    return [*told, f"{PAGE_WORD.spoken(options.language)}{done.record.folder / PAGE}", *leaks, *done.lines]


def _line(check: Check, options: Options) -> str:
    """How one check ended, and why, if it is no plain pass."""
    sign, _ = look(check.outcome)
    title = scenario_title(check.scenario, " [{}]").spoken(options.language)
    why = told_in(check.message, options.language)
    return one_line(f"{sign} {check.control}  {title}" + (f": {why}" if why else ""))


def _exit_code(done: EmbeddedRun, *, settled: bool) -> int:
    """By what was asked for: a gate wants more than a payment.

    Args:
        settled: whether every refund that was asked for is done.
    """
    if done.record is None:
        return done.code
    tried = _tried(done.record.checks)
    found = {check.outcome for check in tried}
    meta = done.record.meta
    if Outcome.FAIL in found:
        return 1
    if meta.faults or Outcome.HARNESS_ERROR in found:
        return HarnessError.exit_code
    if any(check.blame == "environment" for check in tried):
        return 3
    return 0 if found and found <= _SOUND and settled and not meta.cut_short else 2


def _tried(checks: Iterable[Check]) -> list[Check]:
    """Those of what was asked for: not left to another run, and not of a wire that is not spoken."""
    return [
        each for each in checks if not each.left_to_another_run and each.outcome is not Outcome.NOT_APPLICABLE
    ]
