"""Runs a simulator in the foreground until it is interrupted: what `golive simulator` does."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from textwrap import indent

from harness.core.clock import BEIJING, wire_now
from harness.core.control import Language, Text
from harness.core.errors import UsageError
from harness.core.findings import told_in, translated
from harness.core.plain_text import one_line
from harness.core.texts import read_texts
from harness.levers.models import LEVERS
from harness.processes.garbage import seldom_swept
from harness.processes.scratch import scratch
from harness.processes.serving import Tls, base_url, listen, serve_until_stopped
from harness.simulator.account.account_modes import ORDINARY, AccountModes
from harness.simulator.account.env_file import write_environment
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_files import write_keys
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.account.throwaway_ca import throw_away_ca
from harness.simulator.faults.rule_file import RuleSet
from harness.simulator.https_door import HttpsDoor
from harness.simulator.kept.database import Database
from harness.simulator.kept.restore import kept_accounts
from harness.simulator.practices import FREEZE, LONGEST_EXPIRY, Freeze, OlderRefunds
from harness.simulator.server import Simulator
from harness.simulator.signatures.refused import RefusedRequest

_WORDS = read_texts(Path(__file__).with_suffix(".yaml"))["lines"]
LEVERS_SETTINGS = ("GOLIVE_LEVERS_URL", "GOLIVE_LEVERS_TOKEN")
LONGEST_TARGET = 200
"""Characters of a request's address in a line."""
NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
"""Where `golive shop` listens for callbacks by default."""
Beside = Callable[[socket.socket], AbstractContextManager[Sequence[str]]]
"""What is there while a simulator serves on a listener, and the lines that say so."""


def run_in_foreground(
    *,
    port: int,
    env_file: Path | None,
    keys: Path | None,
    beside: Beside | None = None,
    force: bool,
    notify_url: str,
    notify_hosts: frozenset[str],
    ca_file: Path | None = None,
    https_ca: Path | None = None,
    https_port: int = 0,
    defects: Collection[str],
    experience: bool,
    modes: AccountModes = ORDINARY,
    more_accounts: Sequence[KeyMode] = (),
    older_refunds: Collection[OlderRefunds] = (),
    longest_expiry: timedelta = LONGEST_EXPIRY,
    gives_back: bool = False,
    freeze: Freeze = FREEZE,
    tells_signatures: bool = False,
    rules: Sequence[RuleSet] = (),
    kept_in: Path | None = None,
    language: Language = "en",
    say: Callable[[str], None],
) -> None:
    """Serve until Ctrl-C or SIGTERM; both end it cleanly.

    Args:
        beside: what else is there.
        ca_file: serve https, and write here whom to believe. The settings file then names no levers, so that
            the simulator looks like an endpoint that nobody plays.
        https_ca: serve https as well, on a port of its own, and write here whom to believe.
        https_port: 0 takes a free one.
        experience: whether it is the experience edition with its limits, or the formal one without.
        older_refunds: where refunds follow older documents.
        longest_expiry: after which an order's `time_expire` is cut.
        gives_back: whether the experience edition gives payments back by itself, 23 hours on.
        modes: how the merchant account is set up on both platforms.
        more_accounts: the key mode of each further account; its settings and keys are written beside those of
            the first, and it is otherwise set up alike.
        freeze: how long it stands still, and how often, under the defect `freezes`.
        tells_signatures: whether an answer that refuses a signature says why, too; what is printed does.
        rules: by which it goes wrong from the start.
        kept_in: a file that everything is kept in. Where it holds something already, accounts are as they
            were made, and `modes`, `more_accounts` and `experience` say nothing.
        language: of what is said.
        say: prints lines; none of them names a secret.

    Raises:
        EnvironmentUnreachable: the port is taken, or the file of `kept_in` cannot be written.
        UsageError: a defect is unknown, the settings or the keys may not be written, or `kept_in` cannot be
            used.
    """
    began = wire_now()
    with (
        tempfile.TemporaryDirectory(prefix="tls-", dir=scratch()) as folder,
        listen(port) as listener,
        beside(listener) if beside else nullcontext(()) as others_there,
    ):
        tls = None if ca_file is None else _certified(Path(folder), ca_file)
        behind = listener.getsockname()[1]
        door = (
            None
            if https_ca is None
            else HttpsDoor(listen(https_port), behind, refused=lambda why: say(told_in(why, language)))
        )
        database = None if kept_in is None else Database(kept_in)
        kept = [] if database is None else kept_accounts(database)
        if kept:
            first, experience = kept[0][0], kept[0][1].experience
            others = [identity for identity, _ in kept[1:]]
        else:
            first = modes.identity()
            others = [
                replace(modes, key_mode=mode).identity(levers_token=first.levers_token)
                for mode in more_accounts
            ]
        simulator = Simulator(
            identity=first,
            others=() if kept else others,
            defects=defects,
            notify_hosts=notify_hosts,
            experience=experience,
            older_refunds=older_refunds,
            longest_expiry=longest_expiry,
            gives_back=gives_back,
            freeze=freeze,
            door=door,
            console=True,
            tells_signatures=tells_signatures,
            hears_signatures=lambda refused, unheard: say(_refused(refused, unheard, language)),
            database=database,
        )
        for each in rules:
            simulator.faults.stand(each.source, each.rules, more=True)
        if door is not None and https_ca is not None:
            _write(https_ca, door.ca_pem, "--https")
        address = base_url(listener, tls)
        key_files: tuple[Path, ...] = ()
        for number, owner in enumerate((first, *others), start=1):
            if keys is not None:  # before the settings: whoever waits for those finds the keys, too
                written = write_keys(_of_account(keys, number), owner)
                key_files = key_files or written
            if env_file is not None:
                values = simulator.environment(base_url=address, notify_url=notify_url, mchid=owner.mchid)
                if tls:
                    values = {name: value for name, value in values.items() if name not in LEVERS_SETTINGS}
                write_environment(_of_account(env_file, number), values, force=force)
        lines = _announcement(address, env_file, key_files, simulator, ca_file, language=language)
        lines[2:2] = others_there
        lines[-2:-2] = _accounts(others, env_file, language=language)
        if kept_in is not None:
            lines[-2:-2] = [indent(_kept(simulator, kept_in).spoken(language), "  ")]
        if door is not None:
            lines.insert(
                2, indent(_WORDS["https"].filled(address=door.url, file=https_ca).spoken(language), "  ")
            )
        with seldom_swept():
            serve_until_stopped(simulator, listener, ready=lambda: say("\n".join(lines)), tls=tls)
    for rule in simulator.faults.rules(since=began):
        if rule.stands and not rule.met:
            say(_WORDS["unmet"].filled(rule=rule).spoken(language))
    say(_stopped(kept_in, simulator.notifier.keeper.failing).spoken(language))


def _stopped(kept_in: Path | None, failing: str) -> Text:
    """What is left, where the last attempt to write did not fail."""
    if kept_in is None:
        return _WORDS["stopped"]
    if failing:
        return _WORDS["stopped-unkept"].filled(file=kept_in, why=translated(failing))
    return _WORDS["stopped-kept"].filled(file=kept_in)


def _kept(simulator: Simulator, file: Path) -> Text:
    """What the file holds."""
    orders = sum(len(each.orders()) for each in simulator.platform.every_account())
    return _WORDS["kept"].filled(file=file, orders=f"{orders:,}", waiting=simulator.notifier.waiting)


def _refused(refused: RefusedRequest, unheard: int, language: Language) -> str:
    """The line about a request whose signature was refused, after how many that nobody looked into."""
    found = refused.diagnosis
    line = _WORDS["refused"].filled(
        at=refused.at.astimezone(BEIJING).strftime("%H:%M:%S"),
        what=one_line(f"{refused.message.method} {refused.message.target}"[:LONGEST_TARGET]),
        answered=one_line(refused.answered),
        cause=f"{found.cause}: " if found.cause else "",
        sentence=found.sentence,
    )
    said = [line.spoken(language)]
    if unheard:
        said.insert(0, _WORDS["unheard"].filled(count=unheard).spoken(language))
    return "\n".join(said)


def _of_account(path: Path, number: int) -> Path:
    """Where the settings or keys of an account are: `.env.simulator`, `.env.simulator-2` and so on."""
    return path if number == 1 else path.with_name(f"{path.name}-{number}")


def _accounts(others: Sequence[Identity], env_file: Path | None, *, language: Language) -> list[str]:
    """A line for each further account."""
    return [
        indent(
            _WORDS["account" if env_file else "account-unwritten"]
            .filled(mchid=owner.mchid, mode=owner.key_mode, file=_of_account(env_file or Path(), number))
            .spoken(language),
            "  ",
        )
        for number, owner in enumerate(others, start=2)
    ]


def _certified(folder: Path, ca_file: Path) -> Tls:
    """Make a certificate for this run, and write down the authority behind it."""
    made = throw_away_ca(folder)
    _write(ca_file, made.ca_pem, "--tls")
    return made.tls


def _write(file: Path, pem: str, option: str) -> None:
    try:
        file.write_text(pem, "utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write {file}: {error.strerror}", where=option, remedy="choose another place"
        ) from error


def _announcement(
    address: str,
    env_file: Path | None,
    key_files: Sequence[Path],
    simulator: Simulator,
    ca_file: Path | None,
    *,
    language: Language,
) -> list[str]:
    def line(name: str, **values: object) -> str:
        return indent(_WORDS[name].filled(**values).spoken(language), "  ")

    kept = "-kept" if simulator.keeps else ""
    lines = [
        _WORDS["title"].spoken(language),
        line("address", address=address),
        *(f"  {name:<9} {address}{paths}" for name, paths in simulator.paths.items()),
        line("levers", address=f"{address}{LEVERS}"),
        line("cashier", address=f"{address}/cashier/scan?code_url=…"),
        line("console", address=f"{address}/console"),
    ]
    if ca_file is not None:
        lines.append(line("trust", file=ca_file, address=address))
    if not simulator.account.experience:
        lines.append(line("formal"))
    if simulator.defects:
        lines.append(line("defects", defects=", ".join(sorted(simulator.defects))))
    if rules := simulator.faults.rules():
        for each in rules:
            lines.append(line("rules", rule=each))
            lines += [line("absent", why=why) for why in simulator.present.lacks(each.rule)]
        lines.append(line("faulty"))
    if env_file is None:
        lines.append(line(f"unwritten{kept}"))
    else:
        lines.append(line(f"written{kept}", file=env_file))
        if ca_file is None:
            lines.append(line("token"))
    if key_files:
        lines.append(line("keys", files=", ".join(map(str, key_files))))
    return [*lines, line("next"), line("stop")]
