"""`golive watch`: a probe every five minutes, for the seven quiet days that going live takes."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.endpoint_options import asking, endpoint_options
from harness.cli.language import language_option
from harness.core.control import Language, Text
from harness.core.errors import UsageError
from harness.core.findings import told_in
from harness.core.plain_text import one_line
from harness.core.terminal_language import terminal_language
from harness.plugin.options import EMBEDDED, Options
from harness.plugin.target.policy import hosts_of, policy_for
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.verdict.quiet_days import DAYS, SLOTS_A_DAY, bound_of, outages
from harness.watch.book import WatchBook, folder_for, read
from harness.watch.clocks import Clocks
from harness.watch.probe import EndpointProbe, Watched
from harness.watch.watching import probed_slots, watch

_WATCHES = Text(
    zh="每 5 分钟探测一次 {host}，只问健康与查单，不下单；写入 {folder}",
    en="probing {host} every 5 minutes: health and a query, never an order; kept in {folder}",
)
_STANDS = Text(
    zh="{host}：最近 7 天 {count}/{due} 个时段，{errors} 次连续三段失败；{bound}",
    en="{host}: {count} of {due} slots of the newest 7 days, {errors} times three failed in a row; {bound}",
)


@click.command(
    "watch",
    epilog="""\b
Examples:
  golive watch --target experience                   runs for days; Ctrl-C ends it, again goes on
  golive watch --target experience --once            one slot, for cron or a systemd timer
  golive watch --target experience --status          how far it is; asks nobody
  golive watch --target http://127.0.0.1:8765 --env-file .env.simulator      try it out

\b
Exit codes: 0 it did what was asked · 3 its file cannot be written · 4 usage, settings, a clock
moved back, a second watch, an edited or truncated file, or unsafe. An endpoint that fails is no
error of the watch: its slot is kept as failed. See docs/nightly.md.""",
)
@endpoint_options
@click.option("--once", is_flag=True, help="Probe this slot of five minutes, unless it was, and end.")
@click.option("--status", is_flag=True, help="Say how far it is, and probe nothing.")
@language_option
def command(
    target: str,
    env_file: str | None,
    ca_file: str | None,
    runs: Path,
    *,
    once: bool,
    status: bool,
    lang: Language | None,
) -> int:
    """Watch a payment endpoint: health and a query in every slot of five minutes, 2,016 in 7 days.

    It is kept in watch/ below --runs, each edition by itself. STB-01 and STB-02 are judged by the
    next golive run at the same endpoint and edition whose record lies in the same folder.
    """
    language = lang or terminal_language()
    options = asking(target, env_file, ca_file, runs)
    if options.env_file is None or target == EMBEDDED:
        raise UsageError(
            "the embedded simulator ends with its run, and cannot be watched for days",
            where="--target",
            remedy="watch the experience edition, or start golive simulator and name its address",
        )
    settings = Settings.load(EnvFile.read(options.env_file), target=options.target)
    host = hosts_of(settings)
    folder = folder_for(runs, host, experience=settings.mcp.experience)
    if status:
        _say(_standing(host, folder), language)
        return 0
    clocks = Clocks()
    with WatchBook.open(folder) as book:
        if not once:
            _say(_WATCHES.filled(host=host, folder=folder), language)
        probe = EndpointProbe(lambda: _opened(options), seen=book.last is not None)
        watch(
            book,
            probe,
            clocks=clocks,
            tell=lambda line: click.echo(one_line(told_in(line, language))),
            most=1 if once else None,
        )
    return 0


def _opened(options: Options) -> Watched:
    policy = policy_for(options)
    if policy.settings is None:
        raise UsageError("there is nothing to watch", where="--env-file", remedy="name the target's settings")
    return Watched(policy.settings, policy.guard, policy.graded.grade)


def _standing(host: str, folder: Path) -> Text:
    slots = probed_slots(read(folder))[-DAYS * SLOTS_A_DAY :]
    newest = [slot for slot in slots if slot.number > slots[-1].number - DAYS * SLOTS_A_DAY]
    bound = bound_of(newest).sentence
    return Text(
        **{
            each: getattr(_STANDS, each).format(
                host=host,
                count=len(newest),
                due=DAYS * SLOTS_A_DAY,
                errors=len(outages(newest)),
                bound=told_in(bound, each),
            )
            for each in ("zh", "en")
        }
    )


def _say(text: Text, language: Language) -> None:
    click.echo(one_line(text.spoken(language)))
