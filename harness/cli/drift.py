"""`golive drift`: ask the simulator what a capture asked, and name every difference."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from harness.cli.asking_progress import counter
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.clock import BEIJING, wire_now
from harness.core.control import Language
from harness.core.dialects import all_dialects
from harness.core.errors import UsageError
from harness.core.terminal_language import terminal_language
from harness.drift.accepted import FILE, read_accepted, sort
from harness.drift.asking import NOT_CAPTURED, ask_all, can_be_asked
from harness.drift.capture import Capture, Line, read
from harness.drift.documented import DOCUMENTED, DOCUMENTED_ACCEPTED
from harness.drift.drift import Drift, Open, compare
from harness.drift.shown import as_json, as_text, exit_code
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import running_simulator

_NOTIFY_URL = "https://merchant.example/notify"


@click.command(
    "drift",
    epilog="""\b
Examples:
  golive drift wechat.ndjson                    what golive capture kept, against today's simulator
  golive drift wechat.ndjson --as json          for a program; "outcome" is none, drift or inconclusive
  golive drift --documented                     what the platform's own documents show; needs no endpoint
  golive drift wechat.ndjson --accepted drift-accepted.yaml

\b
A line of drift-accepted.yaml has an id as it is printed, a reason, and until (a day). With * in the
place of the operation it holds for every one. A line that is over, or whose difference is gone, fails.

\b
Exit codes: 0 no difference · 1 a difference, or an accepted line that holds no more · 2 something
could not be compared · 3 no simulator starts · 4 usage, or no capture that can be used.
See docs/drift.md.""",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--documented", is_flag=True, help="Compare with answers copied from the platform's documents.")
@click.option(
    "--accepted",
    type=click.Path(path_type=Path),
    help=f"Differences that are known.  [default: {FILE}, where it is]",
)
@click.option("--as", "form", type=click.Choice(["text", "json"]), default="text", help="How it is told.")
@language_option
def command(
    file: Path | None, accepted: Path | None, form: str, *, documented: bool, lang: Language | None
) -> int:
    """Ask a fresh simulator every operation of FILE, and say where it answers otherwise.

    Compared are status, headers and their letters, which members a body has and of which type, codes,
    messages and states, and, where an operation has two mistakes, which of them is told of first. Accounts,
    order numbers, handles, signatures and times are nobody's fault and not compared.
    """
    if documented == (file is not None):
        raise UsageError(
            "one thing can be compared: a capture, or what the documents show",
            where="FILE",
            remedy="name the file that golive capture wrote, or say --documented",
        )
    path = file or DOCUMENTED
    known = accepted or (DOCUMENTED_ACCEPTED if documented else FILE)
    lines = read_accepted(known) if accepted or known.exists() else ()
    capture = read(path)
    drift = replayed(capture)
    today: date = wire_now().astimezone(BEIJING).date()
    looked_at = frozenset(line.dialect for line in capture.lines)
    found = sort(drift, lines, today=today, looked_at=looked_at)
    if form == "json":
        print_document(as_json(capture.head, drift, found), nl=False)
    else:
        language = lang or terminal_language()
        click.echo(as_text(capture.head, drift, found, language), nl=False)
    return exit_code(drift, found)


def replayed(capture: Capture) -> Drift:
    """A capture's operations asked of a fresh simulator, and both sides compared.

    Raises:
        EnvironmentUnreachable: no simulator starts.
        UsageError: an operation is none of its dialect.
    """
    left = [Open(dialect, "", why) for dialect, why in capture.head.left_out.items()]
    asked: list[Line] = []
    with running_simulator(experience=capture.head.experience) as simulator:
        values = simulator.environment(notify_url=_NOTIFY_URL)
        settings = Settings.load(EnvFile.of(values, "the simulator's settings"))
        for dialect, lines in _by_dialect(capture.lines).items():
            if why := _why_not(dialect):
                left.append(Open(dialect, "", why))
            else:
                asks = [line.ask for line in lines]
                asked += ask_all(dialect, asks, settings, tell=counter(len(asks)))
    return compare(capture.lines, asked, left)


def _by_dialect(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.dialect, []).append(line)
    return found


def _why_not(dialect: str) -> str:
    if dialect not in {spec.id for spec in all_dialects()}:
        return "there is no such dialect here"
    return "" if can_be_asked(dialect) else NOT_CAPTURED
