"""Runs a simulator in the foreground until it is interrupted: what `golive simulator` does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from harness.core.errors import UsageError
from harness.levers.models import LEVERS
from harness.processes.scratch import scratch
from harness.processes.serving import Tls, base_url, listen, serve_until_stopped
from harness.simulator.account.env_file import write_environment
from harness.simulator.account.key_files import write_keys
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.account.throwaway_ca import throw_away_ca
from harness.simulator.practices import FREEZE, Freeze
from harness.simulator.server import Simulator

LEVERS_SETTINGS = ("GOLIVE_LEVERS_URL", "GOLIVE_LEVERS_TOKEN")
NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
"""Where `golive shop` listens for callbacks by default."""


def run_in_foreground(
    *,
    port: int,
    env_file: Path | None,
    keys: Path | None,
    force: bool,
    notify_url: str,
    notify_hosts: frozenset[str],
    ca_file: Path | None = None,
    defects: Collection[str],
    experience: bool,
    key_mode: KeyMode = KeyMode.SWITCHING,
    freeze: Freeze = FREEZE,
    say: Callable[[str], None],
) -> None:
    """Serve until Ctrl-C or SIGTERM; both end it cleanly.

    Args:
        ca_file: serve https, and write here whom to believe. The settings file then names no levers, so that
            the simulator looks like an endpoint that nobody plays.
        experience: whether it is the experience edition with its limits, or the formal one without.
        key_mode: by which of its credentials the platform is known to the merchant account.
        freeze: how long it stands still, and how often, under the defect `freezes`.
        say: prints lines; none of them names a secret.

    Raises:
        EnvironmentUnreachable: the port is taken.
        UsageError: a defect is unknown, or the settings or the keys may not be written.
    """
    simulator = Simulator(
        defects=defects,
        notify_hosts=notify_hosts,
        experience=experience,
        key_mode=key_mode,
        freeze=freeze,
    )
    with tempfile.TemporaryDirectory(prefix="tls-", dir=scratch()) as folder, listen(port) as listener:
        tls = None if ca_file is None else _certified(Path(folder), ca_file)
        address = base_url(listener, tls)
        if env_file is not None:
            values = simulator.environment(base_url=address, notify_url=notify_url)
            if tls:
                values = {name: value for name, value in values.items() if name not in LEVERS_SETTINGS}
            write_environment(env_file, values, force=force)
        key_files = () if keys is None else write_keys(keys, simulator.identity)
        lines = _announcement(address, env_file, key_files, simulator, ca_file)
        serve_until_stopped(simulator, listener, ready=lambda: say("\n".join(lines)), tls=tls)
    say("stopped: its orders, its keys and its money are gone")


def _certified(folder: Path, ca_file: Path) -> Tls:
    """Make a certificate for this run, and write down the authority behind it."""
    made = throw_away_ca(folder)
    try:
        ca_file.write_text(made.ca_pem, "utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write {ca_file}: {error.strerror}", where="--tls", remedy="choose another place"
        ) from error
    return made.tls


def _announcement(
    address: str,
    env_file: Path | None,
    key_files: Sequence[Path],
    simulator: Simulator,
    ca_file: Path | None,
) -> list[str]:
    lines = [
        "WeChat Pay, simulated: no request leaves this machine, no money moves",
        f"  base URL  {address} instead of https://api.mch.weixin.qq.com",
        *(f"  {name:<9} {address}{paths}" for name, paths in simulator.paths.items()),
        f"  levers    {address}{LEVERS}",
        f"  cashier   {address}/cashier/scan?code_url=…",
    ]
    if ca_file is not None:
        lines.append(f"  trust     {ca_file}: golive run --target {address} --ca-file {ca_file} …")
    if not simulator.account.experience:
        lines.append("  edition   formal: no limit on a payment or a day")
    if simulator.defects:
        lines.append(f"  defects   {', '.join(sorted(simulator.defects))}")
    if env_file is None:
        lines.append("  settings  not written: its keys are new at every start, so point your application at")
        lines.append("            it with --write-env .env.simulator")
    else:
        lines.append(
            f"  settings  {env_file} (mode 600): load it into your application instead of .env.local,"
        )
        lines.append(
            "            or copy WECHAT_PAY_* and WECHAT_MCP_* from it and set your client's base URL to"
        )
        lines.append("            WECHAT_PAY_BASE_URL; the keys are new at every start")
        if ca_file is None:
            lines.append(
                "            GOLIVE_LEVERS_TOKEN in it opens the levers: pay, move time, break things"
            )
    if key_files:
        lines.append(f"  keys      {', '.join(str(path) for path in key_files)} (mode 600)")
    lines.append(
        "  next      docs/simulator.md: point an SDK at it, pay an order, see its callback, let a day pass"
    )
    lines.append("  stop      Ctrl-C")
    return lines
