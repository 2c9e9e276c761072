"""Twenty thousand requests over sockets to `golive simulator --db` in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.servers import Server, simulator
from harness.simulator.server import Simulator
from tests.simulator.badinput.doors import Outside
from tests.simulator.badinput.routes import pages_of
from tests.simulator.badinput.run import Attack, Found

WARM = 2_000
"""Requests after which every page was drawn once, and every table made."""
MOST_GROWN = 20 * 1024 * 1024
SAID_EVERY = 2_000
MIB = 1024 * 1024


def asked_everything(scratch: Path, requests: int, seed: int, *, say: Callable[[str], object]) -> str:
    """Ask so many, and look at memory, log and ledger; returns what it came to.

    Raises:
        Found: something broke, grew or was logged as a failure of ours.
    """
    options = ["--no-experience-limits", "--explain-signatures", f"--db={scratch / 'golive.db'}"]
    with simulator(scratch, *options) as server:
        door = Outside(server.base_url)
        try:
            attack = Attack(door, server.environment, pages_of(Simulator(console=True)))
            grown = _grown(attack, server, requests, seed, say)
        finally:
            door.close()
        if "Traceback" in (log := (scratch / "simulator.log").read_text("utf-8", "replace")):
            raise Found(f"the simulator's log has a traceback:\n{log[log.index('Traceback') :][:4000]}")
    return f"{attack.tally.summary()}; memory grew by {grown / MIB:.1f} MiB after the first {WARM:,}"


def _grown(attack: Attack, server: Server, requests: int, seed: int, say: Callable[[str], object]) -> int:
    held: list[int] = []
    told = [0]

    def so_far(asked: int) -> None:
        if asked >= min(WARM, requests // 2) and not held:
            held.append(server.resident_bytes())
        if asked - told[-1] >= SAID_EVERY:
            told.append(asked)
            say(f"{asked:>7,} of {requests:,} broken requests · {server.resident_bytes() / MIB:.0f} MiB")

    attack.ask(requests, seed, so_far=so_far)
    grown = server.resident_bytes() - held[0]
    if grown >= MOST_GROWN:
        raise Found(f"memory grew by {grown / MIB:.1f} MiB over {requests:,} requests, seed {seed}")
    return grown
