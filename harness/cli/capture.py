"""`golive capture`: ask a real endpoint a fixed set of questions that pay nothing, and keep its answers."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click

from harness.cli.asking_progress import counter
from harness.cli.endpoint_options import asking, target_options
from harness.cli.language import language_option
from harness.core.clock import wire_now
from harness.core.control import Language, Text
from harness.core.dialects import all_dialects, dialect
from harness.core.errors import UnsafeRequest, UsageError
from harness.core.findings import told_in
from harness.core.plain_text import one_line
from harness.core.terminal_language import terminal_language
from harness.drift.ask import Ask
from harness.drift.asking import NOT_CAPTURED, ask_all, can_be_asked, canaries, questions
from harness.drift.capture import Capture, Head, Line, write
from harness.drift.drift import Open, left_open
from harness.gateways.guard import Guard
from harness.gateways.order_cleanup import OrderCleanup, summary
from harness.plugin.options import EMBEDDED
from harness.plugin.target.policy import TargetPolicy, hosts_of, policy_for
from harness.plugin.target.rules_in_force import rules_in_force
from harness.settings.model import Settings

_ASKS = Text(
    zh="{dialect}：{count} 个操作，约 {seconds} 秒",
    en="{dialect}: {count} operations, about {seconds} s",
)
_TIDIES = Text(zh="关闭可能仍未关闭的订单……", en="closing what may still be open …")
_KEPT = Text(
    zh="{count} 个应答已保存到 {path}，等级 {grade}；与模拟器比较：golive drift {path}",
    en="{count} answers kept in {path}, grade {grade}; compare the simulator: golive drift {path}",
)
_LEFT_OUT = Text(zh="? {what}：没有可用的记录，{why}", en="? {what}: nothing was learnt, {why}")


@click.command(
    "capture",
    epilog="""\b
Examples:
  golive capture --budget-fen 100 --out wechat.ndjson                 the experience edition of .env.local
  golive capture --budget-fen 100 --dialect apiv3 --out api.ndjson    one wire only
  golive capture --target http://127.0.0.1:8765 --env-file .env.simulator --out try.ndjson
  golive drift wechat.ndjson                                          then: does the simulator answer alike?

\b
Exit codes: 0 kept · 2 kept, and something gave no answer that says anything · 3 unreachable, or
the file cannot be written · 4 usage, settings, budget or unsafe. See docs/drift.md.""",
)
@target_options
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file.")
@click.option("--budget-fen", "budget", metavar="FEN", help="What all orders together may be worth.")
@click.option("--dialect", "chosen", multiple=True, help="A wire; may be repeated.  [default: all it speaks]")
@click.option("--force", is_flag=True, help="Replace the file where there is one.")
@language_option
def command(
    target: str,
    env_file: str | None,
    ca_file: str | None,
    *,
    out: Path,
    budget: str | None,
    chosen: tuple[str, ...],
    force: bool,
    lang: Language | None,
) -> int:
    """Ask an endpoint what its documents leave open, and keep the answers for golive drift.

    Asked are queries of orders that nobody placed, creates with one mistake and with two, and one order
    of one fen that is placed, queried and closed. Nothing is paid; every create counts against
    --budget-fen; one request a second. Kept are answers without secrets and without names: accounts and
    order numbers stand as {mchid} and {order.open}.
    """
    language = lang or terminal_language()
    if target == EMBEDDED:
        raise UsageError(
            "the embedded simulator is what a capture is compared with",
            where="--target",
            remedy="capture a real endpoint, or a simulator that you started, by its address",
        )
    if out.exists() and not force:
        raise UsageError(
            "the file is there already", where=f"--out {out}", remedy="name another, or add --force"
        )
    if not out.parent.is_dir():
        raise UsageError(
            "the folder of the capture is not there", where=f"--out {out}", remedy="make it, or name another"
        )
    options = asking(target, env_file, ca_file, budget=budget)
    policy = policy_for(options)
    settings = policy.settings
    if settings is None:
        raise UsageError("there is nothing to ask", where="--env-file", remedy="name the target's settings")
    wires = _wires(policy, chosen)
    asks = {each: questions(each, settings) for each in wires if can_be_asked(each)}
    _affordable(asks, policy)
    _well(rules_in_force(policy).told)
    began = wire_now()
    lines = _asked(asks, settings, policy, language)
    _well(rules_in_force(policy, since=began).told)
    left_out = {each: NOT_CAPTURED for each in wires if each not in asks}
    if not lines:
        raise UsageError(
            f"nothing can be captured of {', '.join(wires)}",
            where="--dialect",
            remedy="name a wire whose row in the table of dialects has a part `drift`",
        )
    head = Head(
        origin="endpoint",
        made=began,
        by=f"golive {version('golive')}",
        target=target,
        hosts=hosts_of(settings),
        grade=policy.graded.grade.label,
        experience=policy.experience,
        reasons=policy.graded.reasons,
        left_out=left_out,
        lines=len(lines),
    )
    planted, answers = canaries(settings)
    write(Capture(head=head, lines=lines), out, secrets=(*settings.secrets(), *planted), canaries=answers)
    open_ = [*(Open(each, "", why) for each, why in left_out.items()), *left_open(lines)]
    for each in open_:
        what = f"{each.dialect} {each.operation}".rstrip()
        _say(_LEFT_OUT.filled(what=what, why=told_in(each.why, language)), language)
    _say(_KEPT.filled(count=len(lines), path=out, grade=head.grade), language)
    return 2 if open_ else 0


def _well(rules: tuple[str, ...]) -> None:
    """A simulator that somebody makes go wrong says nothing of how a platform answers."""
    if rules:
        raise UsageError(
            f"the simulator goes wrong by rules, so nothing is kept: {rules[0]}",
            where="--target",
            remedy="start one without rules, or take them away at its levers",
        )


def _wires(policy: TargetPolicy, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Which are asked for, in the order of the table."""
    if strange := sorted({dialect(each).id for each in chosen} - policy.dialects):
        raise UsageError(
            f"the endpoint does not speak {strange[0]}, by what the settings say",
            where="--dialect",
            remedy=f"one of {', '.join(sorted(policy.dialects))}",
        )
    wanted = [spec.id for spec in all_dialects() if spec.drift or not spec.sampled]
    return tuple(each for each in chosen or wanted if each in policy.dialects)


def _affordable(asks: dict[str, tuple[Ask, ...]], policy: TargetPolicy) -> None:
    """Refuse before anything is sent, rather than in the middle."""
    needed = sum(ask.worth for each in asks.values() for ask in each)
    if isinstance(policy.guard, Guard) and needed > policy.guard.budget:
        raise UnsafeRequest(
            f"the orders of this capture could be worth {needed} fen, "
            f"and {policy.guard.budget} fen are allowed",
            where="--budget-fen",
            remedy=f"allow --budget-fen {needed}, or ask fewer wires with --dialect; none of it is paid",
        )


def _asked(
    asks: dict[str, tuple[Ask, ...]], settings: Settings, policy: TargetPolicy, language: Language
) -> tuple[Line, ...]:
    guard, lines = policy.guard, list[Line]()
    try:
        for each, every in asks.items():
            seconds = max(round(len(every) * (guard.pause_s or 0.05)), 1)
            _tell(_ASKS.filled(dialect=each, count=len(every), seconds=seconds), language)
            lines += ask_all(each, every, settings, guard=guard, tell=counter(len(every)))
    finally:
        if isinstance(guard, Guard) and guard.asked:
            _tell(_TIDIES, language)
            cleanup = OrderCleanup.of(guard, settings.wechat, (), alipay=settings.alipay)
            cleanup.close_open()
            cleanup.close_connections()
            for line in summary(cleanup.requested(), guard.budget, language)[:1]:
                click.echo(one_line(line), err=True)
    return tuple(lines)


def _tell(text: Text, language: Language) -> None:
    click.echo(one_line(text.spoken(language)), err=True)


def _say(text: Text, language: Language) -> None:
    click.echo(one_line(text.spoken(language)))
