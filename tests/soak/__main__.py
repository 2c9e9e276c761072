"""`make soak`: twenty thousand orders at both providers, not a fen made or lost, twenty times kill -9, and
twenty thousand requests that are broken in every way.

The platform is `golive simulator` in a process of its own, the shop is here. Ends with 1 as soon as a fen is
missing, and says on which order; the seed that it prints lets the same soak happen again.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil

from bench.servers import simulator
from harness.core.errors import GoLiveError
from harness.levers.client import LeversClient
from tests.simulator.badinput.run import Found
from tests.simulator.badinput.soaked import asked_everything
from tests.soak.killed import killed_again_and_again
from tests.soak.life import BATCH, BATCHES_A_DAY, Unbalanced, a_life
from tests.soak.soak import soak, summary

ORDERS = 20_000
MIB = 1024 * 1024
FEN_OFF = 1
PAYMENTS = 1000
KILLS = 20
REQUESTS = 20_000


@click.command("soak", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--orders", default=ORDERS, show_default=True, type=click.IntRange(1), help="How many in all.")
@click.option("--a-day", default=BATCH * BATCHES_A_DAY, show_default=True, type=click.IntRange(1))
@click.option("--seed", type=int, help="Of an earlier soak, to live through it again.")
@click.option("--payments", default=PAYMENTS, show_default=True, type=click.IntRange(2), help="Of the kills.")
@click.option(
    "--kills", default=KILLS, show_default=True, type=click.IntRange(0), help="Of a simulator with --db."
)
@click.option(
    "--requests", default=REQUESTS, show_default=True, type=click.IntRange(0), help="Broken in every way."
)
@click.option("--defect", multiple=True, metavar="NAME", help="Of the simulator: it must be found out.")
def command(
    *,
    orders: int,
    a_day: int,
    seed: int | None,
    payments: int,
    kills: int,
    requests: int,
    defect: tuple[str, ...],
) -> None:
    """Conserve money over many orders of WeChat Pay and Alipay: refunds, coupons, closes, expiry.

    Then kill a simulator with --db again and again among payments: what it acknowledged must be there. Then
    ask one whatever can be asked, broken in every way: it must answer for itself, stay small and balance.
    """
    if kills >= payments:
        raise click.UsageError("there must be more --payments than --kills")
    seed = secrets.randbelow(2**31) if seed is None else seed
    click.echo(
        f"seed {seed}: make soak ARGS='--seed {seed} --orders {orders} --a-day {a_day}' is the same soak"
    )
    options = ["--no-experience-limits", *(f"--defect={each}" for each in defect)]
    with TemporaryDirectory(prefix="golive-soak-") as scratch, simulator(Path(scratch), *options) as server:
        environment = {**server.environment, "PAYMENT_MCP_ENABLED": "false"}
        with (
            LeversClient(environment["GOLIVE_LEVERS_URL"], environment["GOLIVE_LEVERS_TOKEN"]) as levers,
            a_life(environment, levers) as life,
        ):

            def say(line: str) -> None:
                shop = psutil.Process().memory_info().rss
                click.echo(f"{line} · {shop / MIB:.0f} + {server.resident_bytes() / MIB:.0f} MiB")

            click.echo(summary(soak(life, orders, seed, a_day=a_day, say=say)))
    if kills:
        with TemporaryDirectory(prefix="golive-soak-") as scratch:
            killed = killed_again_and_again(Path(scratch), payments, kills, seed, say=click.echo)
        click.echo(killed.summary())
    if requests:
        click.echo(f"seed {seed}: --orders 1 --kills 0 --requests {requests} asks the same again")
        with TemporaryDirectory(prefix="golive-soak-") as scratch:
            click.echo(asked_everything(Path(scratch), requests, seed, say=click.echo))


def main() -> None:
    """End with 1 where a fen is missing or something broke, else with the codes of the front door."""
    try:
        command()
    except Found as found:
        click.echo(f"soak: a request broke something\n{found}", err=True)
        sys.exit(FEN_OFF)
    except Unbalanced as found:
        click.echo(f"soak: not balanced\n{found}", err=True)
        sys.exit(FEN_OFF)
    except GoLiveError as error:
        click.echo(f"soak: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
