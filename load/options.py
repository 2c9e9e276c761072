"""The options of a load: added to Locust's own command line, and read once into one record."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from harness.core.errors import UsageError
from harness.core.extras import require_parquet
from harness.core.money import Fen
from harness.merchant.profile import MerchantProfile
from harness.settings import EnvFile, Settings
from harness.settings.addresses import Malformed, parse_address
from load.arrivals import Schedule
from load.criteria.file import load_set
from load.criteria.model import LoadSet, User
from load.criteria.sentence import Sentence
from load.flows import FLOWS
from load.measurement import FILE
from load.open_loop import IN_FLIGHT
from load.plan import MOST_REQUESTS, MOST_SECONDS
from load.safety import refuse_unasked
from load.users.client import TIMEOUT_S
from load.users.mix import parse

LAG_BOUND_MS = 5.0
"""How late the 99th percentile of requests may start where no set says it."""
RATE, SECONDS = 20.0, 30.0
"""What is sent where nothing else is said."""
MIX = "create/native/apiv3=1,create/h5/apiv3=1,create/jsapi/apiv3=1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One load. `out` is None where nothing is to be written."""

    env_file: Path
    target: str
    base_url: str | None
    """Sent to instead of the addresses in the settings."""
    schedule: Schedule
    users: tuple[User, ...]
    amount: Fen
    """Of every order."""
    budget_fen: int | None
    out: Path | None
    requests_file: str | None
    """`parquet` or `csv`: every request, a file a process; None: none."""
    generator: tuple[Sentence, ...]
    """How late we may be ourselves."""
    played_set: str
    """Name or path of the set that is played as it stands; empty: none, or the command line changed it."""
    timeout_s: float
    in_flight: int
    metrics: int | None = None
    """Port on loopback where a Prometheus may read how it goes; None: nowhere."""
    profile: MerchantProfile | None = None
    """Of the merchant at whose checkout shoppers order; None: nobody does."""

    @classmethod
    def read(cls, given: argparse.Namespace) -> Options:
        """From the parsed command line.

        Raises:
            UsageError: an option cannot be read or met, or the load is larger than it may be unasked.
        """
        if given.requests == "parquet":
            require_parquet("--requests")
        if given.out and (Path(given.out) / FILE).exists():
            raise UsageError(
                "there is a measurement already, and it is not overwritten",
                where=str(Path(given.out) / FILE),
                remedy="name another folder with --out",
            )
        chosen = load_set(given.set) if given.set else None
        schedule = _schedule(given, chosen)
        most = given.most_requests, given.most_seconds
        refuse_unasked(
            schedule.expected,
            schedule.duration_s,
            most=most,
            where="--arrivals",
            remedy="send less, or raise --most-requests and --most-seconds",
        )
        return cls(
            env_file=Path(given.env_file),
            target=given.target,
            base_url=given.host or None,
            schedule=schedule,
            users=chosen.users if chosen and not given.mix else parse(given.mix or MIX),
            amount=chosen.amount if chosen else Fen(1),
            budget_fen=given.budget_fen,
            out=Path(given.out) if given.out else None,
            requests_file=given.requests or None,
            generator=_generator(given, chosen),
            played_set="" if _changed(given) else given.set,
            timeout_s=given.timeout_s or (chosen.timeout / 1e6 if chosen else TIMEOUT_S),
            in_flight=given.in_flight,
            metrics=given.metrics,
            profile=_profile(given),
        )

    def settings(self) -> Settings:
        """The merchant's settings, sent to `base_url` where one is given.

        Raises:
            ConfigurationError: the file or a value in it cannot be used.
            UsageError: `base_url` is no address.
        """
        settings = Settings.load(EnvFile.read(self.env_file), target=self.target)
        if self.base_url is None:
            return settings
        try:
            origin = parse_address(self.base_url.rstrip("/")).origin
        except Malformed as error:
            raise UsageError(
                f"no address to send to: {error.reason}", where="--host", remedy="http://127.0.0.1:8765"
            ) from None
        path = parse_address(settings.mcp.endpoint).path
        return replace(
            settings,
            wechat=replace(settings.wechat, base_url=origin),
            mcp=replace(settings.mcp, endpoint=f"{origin}{path}"),
        )


def declare(parser: argparse.ArgumentParser) -> None:
    """Add our options to Locust's; what cannot be understood ends as bad usage ends everywhere else."""
    parser.error = partial(_refuse, parser)  # type: ignore[method-assign]
    ours = parser.add_argument_group(
        "GoLive", "Open arrivals of truly signed requests; -H overrides the address."
    )
    ours.add_argument("--env-file", default=".env.simulator", metavar="FILE", help="The merchant's settings.")
    ours.add_argument(
        "--target",
        default="simulator",
        choices=("simulator", "experience"),
        help="What the settings are for. Production is never loaded.",
    )
    ours.add_argument(
        "--set", default="", metavar="NAME", help="Arrivals, mix, amount and timeout of a set of criteria."
    )
    ours.add_argument(
        "--arrivals",
        default="",
        metavar="TEXT",
        help="RATExSECONDS or RATE-RATExSECONDS, joined by commas: 10-100x60,100x120.",
    )
    ours.add_argument("--rate", type=float, default=None, help="Arrivals a second, all along.")
    ours.add_argument("--seconds", type=float, default=None, help="How long, at that rate.")
    ours.add_argument("--poisson", action="store_true", help="Random gaps instead of even ones.")
    ours.add_argument("--seed", type=int, default=0, help="Of the random gaps.")
    ours.add_argument(
        "--mix",
        default="",
        metavar="TEXT",
        help=f"FLOW/PRODUCT/DIALECT=WEIGHT, joined by commas. Flows: {', '.join(FLOWS)}.",
    )
    ours.add_argument("--merchant", default="", metavar="FILE", help="The profile of who has the checkout.")
    ours.add_argument("--merchant-url", default="", metavar="URL", help="Instead of the profile's base_url.")
    ours.add_argument("--budget-fen", type=int, default=None, help="Experience edition: worth of all orders.")
    ours.add_argument("--out", default="", metavar="FOLDER", help="Where measurements/load.json goes.")
    ours.add_argument(
        "--requests", default="", choices=("", "parquet", "csv"), help="Keep every request, a file a process."
    )
    ours.add_argument(
        "--metrics",
        type=int,
        default=None,
        metavar="PORT",
        help="OpenMetrics of the running load, on loopback.",
    )
    ours.add_argument(
        "--lag-bound-ms",
        type=float,
        default=None,
        help=f"p99 of being late [default: what the set allows, else {LAG_BOUND_MS:g}].",
    )
    ours.add_argument("--timeout-s", type=float, default=None, help="For one whole request.")
    ours.add_argument("--in-flight", type=int, default=IN_FLIGHT, help="Requests under way at once.")
    ours.add_argument("--most-requests", type=int, default=MOST_REQUESTS, help="More are refused.")
    ours.add_argument("--most-seconds", type=float, default=MOST_SECONDS, help="Longer is refused.")


def _refuse(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    parser.exit(UsageError.exit_code, f"golive load: {message}; see python -m load --help\n")


def _profile(given: argparse.Namespace) -> MerchantProfile | None:
    if not given.merchant:
        return None
    return MerchantProfile.load(given.merchant, base_url=given.merchant_url or None)


def _generator(given: argparse.Namespace, chosen: LoadSet | None) -> tuple[Sentence, ...]:
    """What the command line allows, else the set."""
    if chosen is not None and given.lag_bound_ms is None:
        return chosen.generator
    bound_ms = LAG_BOUND_MS if given.lag_bound_ms is None else given.lag_bound_ms
    try:
        return (Sentence.parse(f"lag_p99 < {f'{bound_ms:.6f}'.rstrip('0').rstrip('.')}ms"),)
    except ValueError as error:
        raise UsageError(str(error), where="--lag-bound-ms", remedy="write milliseconds, e.g. 5") from error


def _changed(given: argparse.Namespace) -> bool:
    """Whether another load is made than the one that a set describes."""
    return bool(given.arrivals or given.mix or given.poisson) or (given.rate, given.seconds) != (None, None)


def _schedule(given: argparse.Namespace, chosen: LoadSet | None) -> Schedule:
    """What the command line says, else the set; a rate or a length alone makes a set's a constant one."""
    poisson = given.poisson
    if given.arrivals:
        return Schedule.parse(given.arrivals, poisson=poisson, seed=given.seed)
    if chosen is not None and given.rate is None and given.seconds is None:
        schedule = chosen.arrivals.schedule
        return replace(schedule, poisson=poisson or schedule.poisson, seed=given.seed)
    rate = given.rate if given.rate is not None else (chosen.arrivals.rate if chosen else RATE)
    seconds = given.seconds if given.seconds is not None else (chosen.arrivals.seconds if chosen else SECONDS)
    return Schedule.constant(rate, seconds, poisson=poisson, seed=given.seed)
