"""`golive message`: tells what a run found, or shows what would be told."""

from __future__ import annotations

import json
from pathlib import Path

import click

from harness.cli.language import language_option
from harness.cli.nightly import known_failures
from harness.cli.output import print_document
from harness.cli.report import run_folder
from harness.core.control import Language
from harness.core.plain_text import json_text, plain
from harness.core.terminal_language import terminal_language
from harness.messages.configuration import Messages, Receiver
from harness.messages.send import send, shown
from harness.nightly.comparison import judged
from harness.nightly.night import message_of, said_of, sorted_failures
from harness.nightly.telling import WORDS
from harness.verdict import exit_code

_EVERY = ("wecom", "dingtalk", "feishu", "json")


@click.command(
    "message",
    epilog="""\b
Examples:
  golive message --dry-run                     what would be sent of the newest run, to whom
  golive message runs/20261123T020000Z-a1b2    send it now

\b
Who is told stands in golive.toml [messages]; addresses and secrets come from the environment.
--dry-run without any receiver shows the message as every service would get it.
Exit codes: 0 everybody was told · 3 a message did not arrive · 4 usage or configuration""",
)
@click.argument("run", default="runs/latest", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Send nothing; print each message, without its address.")
@click.option(
    "--known",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Known failures.  [default: known-failures.yaml, where there is one]",
)
@language_option
def command(run: Path, *, dry_run: bool, known: Path | None, lang: Language | None) -> int:
    """Send the message of RUN: verdict, what changed since the run before, readiness, a link."""
    language = lang or terminal_language()
    messages = Messages.read()
    night = judged(run_folder(run).resolve())
    failures = sorted_failures(night, known_failures(known))
    code = exit_code(night.judgement, night.meta.gate)
    message = message_of(night, failures, messages, problems=(), code=code)
    if dry_run:
        every = tuple(Receiver.model_validate({"service": each, "url_from": "NOBODY"}) for each in _EVERY)
        for title, body in shown(
            message, messages if messages.to else messages.model_copy(update={"to": every})
        ):
            print_document(
                plain(f"{title}\n{json.dumps(json.loads(json_text(body)), ensure_ascii=False, indent=1)}")
            )
        return 0
    sent = send(message, messages)
    for line in said_of(sent) or [WORDS["terminal"]["nobody"]]:
        click.echo(plain(line.spoken(language)))
    return 3 if any(each.problem for each in sent) or not sent else 0
