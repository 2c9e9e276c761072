"""Runs a simulator in the foreground until it is interrupted: what `golive simulator` does."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from harness.core.clock import wire_now
from harness.core.control import Language
from harness.core.findings import told_in
from harness.processes.garbage import seldom_swept
from harness.processes.scratch import scratch
from harness.processes.serving import base_url, listen, serve_until_stopped
from harness.simulator.account.account_modes import ORDINARY, AccountModes
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.faults.rule_file import RuleSet
from harness.simulator.foreground.announcement import Announcement
from harness.simulator.foreground.files import Files
from harness.simulator.foreground.later import refused_line, stopped_line, unmet_line
from harness.simulator.https_door import HttpsDoor
from harness.simulator.kept.database import Database
from harness.simulator.kept.restore import kept_accounts
from harness.simulator.label_column import Row
from harness.simulator.practices import FREEZE, LONGEST_EXPIRY, Freeze, OlderRefunds
from harness.simulator.server import Simulator

NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
"""Where `golive shop` listens for callbacks by default."""
Beside = Callable[[socket.socket], AbstractContextManager[Sequence[Row]]]
"""What is there while a simulator serves on a listener, and the rows that say so."""


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
    files = Files(settings=env_file, keys=keys, ca=ca_file, https_ca=https_ca, kept_in=kept_in)
    with (
        tempfile.TemporaryDirectory(prefix="tls-", dir=scratch()) as folder,
        listen(port) as listener,
        beside(listener) if beside else nullcontext(()) as others_there,
    ):
        tls = files.certified(Path(folder))
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
            hears_signatures=lambda refused, unheard: say(refused_line(refused, unheard, language)),
            database=database,
        )
        for each in rules:
            simulator.faults.stand(each.source, each.rules, more=True)
        files.write_authority(door)
        address = base_url(listener, tls)
        key_files = files.hand_out(
            simulator, (first, *others), base_url=address, notify_url=notify_url, force=force
        )
        said = Announcement(
            simulator=simulator,
            address=address,
            files=files,
            key_files=key_files,
            others=others,
            door=door,
            beside=others_there,
            language=language,
        )
        with seldom_swept():
            serve_until_stopped(simulator, listener, ready=lambda: say(str(said)), tls=tls)
    for rule in simulator.faults.rules(since=began):
        if rule.stands and not rule.met:
            say(unmet_line(rule).spoken(language))
    say(stopped_line(kept_in, simulator.notifier.keeper.failing).spoken(language))
