"""`golive callback`: send one callback of any kind to a merchant on this machine, and see what it answers."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import click

from harness.callback_sender import shown
from harness.callback_sender.keys import MerchantFile
from harness.callback_sender.machine import target
from harness.callback_sender.order import CallbackOrder
from harness.callback_sender.order_file import order_of_file
from harness.callback_sender.sendable import Sendable, chosen, sendables_of, spoilt
from harness.callback_sender.sending import send
from harness.callback_sender.simulated import attempt_called, attempts, order_of_simulator, resent, told_by
from harness.callback_sender.verdicts import Sent, exit_code
from harness.callbacks.answers import Verdict
from harness.callbacks.forms import every_form
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.control import Language
from harness.core.errors import UsageError
from harness.core.plain_text import json_text
from harness.core.terminal_language import terminal_language

ENV_FILE = Path(".env.simulator")
_FEW = 5
"""Callbacks that are shown with request and answer where nobody says how much to show."""
_LATE_S = 2 * 3600

_env_option = click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The merchant's settings.  [default: {ENV_FILE}, where there is one]",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")
_ca_option = click.option(
    "--ca-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Whom to believe where the merchant is served over https.",
)


@click.group("callback")
def command() -> None:
    """Send callbacks to a merchant on this machine: genuine, forged, late, twenty at once, and more."""


@command.command(
    "send",
    epilog="""\b
Examples:
  golive callback send genuine                       the newest order of the simulator of .env.simulator
  golive callback send genuine duplicate probe --order T10001 --to http://127.0.0.1:3000/notify
  golive callback send forged --json                 every forgery there is of that order's form
  golive callback send CBK-04 genuine --show wrong   what exercises a control, and a genuine one
  golive callback send genuine --file order.yaml --env-file my.env --platform-key platform.pem

\b
order.yaml (or JSON) makes an order up; the first three lines are needed:
  form: apiv3                  apiv3, alipay or envelope
  out_trade_no: T10001         as your app knows it
  total: 1990                  fen, as your app asked for
  notify_url: http://127.0.0.1:3000/notify
  appid, account, payer, transaction_id, subject, paid: as you like; coupon: fen
  refund: {out_refund_no: R1, amount: 500}
  members: {attach: x}         the platform's own members, in place of ours or beside them

\b
Exit codes: 0 every answer was a careful merchant's · 1 one was not, or none came · 2 nothing says
whether it was · 3 nobody is there, or no simulator · 4 usage, settings, or another machine than
this. See docs/callbacks.md.""",
)
@click.argument("what", nargs=-1, required=True, metavar="WHAT...")
@click.option("--to", "url", metavar="URL", help="The merchant.  [default: the order's notify_url]")
@click.option("--order", metavar="NUMBER", help="Of the running simulator.  [default: its newest]")
@click.option("--file", "file", type=click.Path(path_type=Path), help="An order that you made up.")
@_env_option
@click.option(
    "--platform-key",
    type=click.Path(path_type=Path),
    help="The private key that signs, with --file.  [default: the running simulator's]",
)
@_ca_option
@click.option(
    "--late-by",
    default=_LATE_S,
    show_default=True,
    type=click.IntRange(1, 30 * 86400),
    metavar="SECONDS",
    help="How long ago `late` was paid.",
)
@click.option(
    "--show",
    type=click.Choice(["all", "wrong", "none"]),
    help=f"Of which to print request and answer.  [default: all of up to {_FEW}, else wrong]",
)
@_json_option
@language_option
def send_(
    *,
    what: tuple[str, ...],
    url: str | None,
    order: str | None,
    file: Path | None,
    env_file: Path | None,
    platform_key: Path | None,
    ca_file: Path | None,
    late_by: int,
    show: str | None,
    as_json: bool,
    lang: Language | None,
) -> int:
    """Send callbacks, and judge the answers.

    Of each the request is printed, the answer, how long it took, and whether a careful merchant answers so.

    WHAT is genuine, late, duplicate (twenty at once), reordered, refund, partial-refund, coupon,
    unknown-member, probe (SIGNTEST), forged (all forgeries), or any id of golive callback list. The order
    is one of a running simulator, paid or not, or a file's. Another machine than this is refused.
    """
    settings = _settings(env_file)
    if file is None and platform_key is not None:
        raise UsageError(
            "the running simulator signs of its own orders",
            where="--platform-key",
            remedy="leave it out, or make the order up with --file",
        )
    if file is not None and order is not None:
        raise UsageError(
            "an order is the simulator's or a file's", where="--order, --file", remedy="name one of the two"
        )
    with ExitStack() as opened:
        if file is not None:
            about = order_of_file(file, settings, platform_key, late_s=late_by)
        else:
            levers = opened.enter_context(settings.levers())
            about = order_of_simulator(levers, order, late_s=late_by)
        return _sent(
            chosen(about.form, what),
            about,
            url,
            ca_file=ca_file,
            show=show,
            language=lang or terminal_language(),
            as_json=as_json,
        )


@command.command(
    "list",
    epilog="""\b
Examples:
  golive callback list                      what can be sent, and how a careful merchant answers
  golive callback list --form alipay
  golive callback list --attempts           what the simulator of .env.simulator has sent
  golive callback list --attempts --order T10001 --json

\b
Exit codes: 0 listed · 3 no simulator answers · 4 usage or settings""",
)
@click.option("--form", metavar="FORM", help="Only what can be sent in one form of callbacks.")
@click.option("--attempts", "made", is_flag=True, help="The attempts of the running simulator instead.")
@click.option("--order", metavar="NUMBER", help="Only attempts about one order.")
@click.option(
    "--last", default=50, show_default=True, type=click.IntRange(1, 100_000), help="So many attempts at most."
)
@_env_option
@_json_option
@language_option
def list_(
    *,
    form: str | None,
    made: bool,
    order: str | None,
    last: int,
    env_file: Path | None,
    as_json: bool,
    lang: Language | None,
) -> int:
    """List what can be sent, or what was.

    Of each callback that can be sent there stands how a careful merchant answers; --attempts lists what the
    running simulator has sent, and what it was answered.
    """
    language = lang or terminal_language()
    if made or order is not None:
        if form is not None:
            raise UsageError(
                "attempts are listed whatever their form",
                where="--form",
                remedy="leave it out, or leave out --attempts and --order",
            )
        with _settings(env_file).levers() as levers:
            found = list(islice(attempts(levers, order), last))
        if as_json:
            _print({"schema": shown.SCHEMA, "attempts": [shown.attempt_json(each) for each in found]})
            return 0
        lines = [shown.attempt_line(each, language) for each in found]
        none = "none" if order is None else "none-of-order"
        _say(iter(lines or [shown.said("list", none, language)]))
        return 0
    every = {each.row.id: each for each in every_form() if each.makes_up}
    if form is not None and form not in every:
        raise UsageError(
            f"there is no form of callbacks {form!r}", where="--form", remedy=f"one of {', '.join(every)}"
        )
    wanted = [(each, list(sendables_of(every[each]).values())) for each in every if form in (None, each)]
    if as_json:
        forms = {name: [shown.sendable_json(each) for each in sendables] for name, sendables in wanted}
        _print({"schema": shown.SCHEMA, "forms": forms})
        return 0
    _say(shown.catalogue(wanted, language))
    click.echo(shown.said("list", "groups", language))
    return 0


@command.command(
    "resend",
    epilog="""\b
Examples:
  golive callback list --attempts           names the attempts: T10001#1, of a refund T10001/R1#2
  golive callback resend 'T10001#1'

\b
Exit codes: 0 the answer was a careful merchant's · 1 it was not, or none came · 3 no simulator,
or nobody there for one that is sent from here · 4 usage or settings""",
)
@click.argument("attempt_id", metavar="ID")
@_env_option
@_ca_option
@_json_option
@language_option
def resend_(
    *, attempt_id: str, env_file: Path | None, ca_file: Path | None, as_json: bool, lang: Language | None
) -> int:
    """Send an attempt of the simulator again.

    It is the same notification, signed anew. The simulator sends it itself, and keeps it as one more
    attempt. One whose signature a fault had spoilt is spoilt again, and sent from here.
    """
    language = lang or terminal_language()
    with _settings(env_file).levers() as levers:
        attempt = attempt_called(levers, attempt_id)
        about = order_of_simulator(levers, attempt.out_trade_no, late_s=_LATE_S)
        told = told_by(levers, about, attempt)
        if (sendable := spoilt(about.form, attempt.delivery.signature_kind, told)) is not None:
            url = attempt.notify_url
            return _sent([sendable], about, url, ca_file=ca_file, language=language, as_json=as_json)
        again = resent(levers, attempt)
    if as_json:
        _print({"schema": shown.SCHEMA, "attempt": shown.attempt_json(again)})
    else:
        _say(
            iter(
                [
                    shown.said("attempt", "resent", language, id=attempt_id),
                    shown.attempt_line(again, language),
                ]
            )
        )
    return 0 if again.delivery.accepted else 1


def _sent(
    sendables: list[Sendable],
    about: CallbackOrder,
    url: str | None,
    *,
    ca_file: Path | None,
    show: str | None = None,
    language: Language,
    as_json: bool,
) -> int:
    if url is None and not about.notify_url:
        raise UsageError("the order names no notify_url", where=about.source, remedy="name one with --to URL")
    at = target(about.notify_url if url is None else url)
    roots = _believed(ca_file) if ca_file else None
    show = show or ("all" if len(sendables) <= _FEW else "wrong")

    def tell(sent: Sent) -> None:
        wrong = sent.verdict is not Verdict.CAREFUL and (sent.verdict is not Verdict.OPEN or sent.undecided)
        whole = show == "all" or (show == "wrong" and wrong)
        _say(shown.sent_lines(sent, at, language, whole=whole))

    if as_json:
        sent = send(sendables, about, at, roots=roots)
    else:
        _say(shown.heading(about, at, language))
        sent = send(sendables, about, at, roots=roots, tell=tell)
    code = exit_code(sent, len(sendables))
    if as_json:
        _print(shown.as_json(sent, about, at, len(sendables), code))
    else:
        _say(shown.closing(sent, len(sendables), language))
    return code


def _believed(ca_file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:
        raise UsageError(
            f"no certificates can be read there: {error.strerror or error}",
            where=f"--ca-file {ca_file}",
            remedy="name a PEM file of whoever signed the merchant's certificate",
        ) from None


def _settings(env_file: Path | None) -> MerchantFile:
    return MerchantFile.read(env_file or (ENV_FILE if ENV_FILE.is_file() else None))


def _print(document: dict[str, object]) -> None:
    print_document(json_text(document, indent=1))


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)
