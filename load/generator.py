"""One process's part of a load: its share of the arrivals, its connections, and what it measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import gevent

from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.core.payment import Product
from harness.merchant.profile import MerchantProfile
from harness.settings.addresses import parse_address
from harness.settings.model import LeversSettings
from load.criteria.model import User
from load.flows import WAITING_ORDERS
from load.live import told
from load.measurement import Measurement
from load.open_loop import LEAD_S, Job, OpenLoop, calm_collector
from load.options import Options
from load.own_time import OwnTime
from load.safety import Turnstile, permit
from load.users import mix
from load.users.checkout import Checkouts, signed_in
from load.users.client import Client, Listener
from load.users.connections import Connections
from load.users.flows import Flows
from load.users.inbox import Inbox
from load.users.journey import Journeys
from load.users.storm import Storm, paid_orders
from load.users.wire import open_wires

PATIENCE = 4
"""After so many orders that could not be placed, and none that could, nobody tries on."""
_FAR_OFF_S = 5.0
"""A start that is farther ahead was reckoned by a clock that is not ours."""


class Generator:
    """Runs once.

    Args:
        options: of the load.
        index: which share of the arrivals is ours, counted from zero.
        of: how many shares there are.
        listeners: hear of every finished request.

    Raises:
        GoLiveError: the settings cannot be used, or the load is refused as unsafe.
    """

    def __init__(
        self, options: Options, *, index: int, of: int, listeners: tuple[Listener, ...] = ()
    ) -> None:
        self._options = options
        self._index, self._of = index, of
        self._listeners = listeners
        self._settings = options.settings()
        if any(user.flow == "checkout" for user in options.users):
            self._profile()
        self._dialects = sorted({user.dialect for user in options.users if user.dialect})
        self._wires = open_wires(
            self._dialects,
            self._settings,
            notify_url=self._settings.wechat.notify_url,
            amount=options.amount,
        )
        self._probe = permit(
            self._settings,
            origins={each: wire.origin for each, wire in self._wires.items()},
            merchant=options.profile.base_url if options.profile else "",
            target=options.target,
            users=options.users,
            schedule=options.schedule,
            amount=options.amount,
            budget_fen=options.budget_fen,
            workers=of,
            waiting=WAITING_ORDERS * sum(user.flow == "query" for user in options.users),
        )
        self._loop: OpenLoop | None = None
        self._begin_at = 0.0
        self._due, self._coming = 0, options.schedule.share(index, of)
        self._next = next(self._coming, None)
        self._stopped = False
        self._own = OwnTime()
        self.measurement = Measurement(started=self._own.date())
        self.left_open: list[str] = []
        """Numbers of orders of a probe that could not be closed again."""

    def stop(self) -> None:
        """Start nothing more; what is under way is waited for."""
        self._stopped = True
        if self._loop is not None:
            self._loop.stop()

    def run(self, *, ready: Callable[[], int | None] = lambda: None) -> None:
        """Send every request of our share at its time; returns when the last answer is in.

        Args:
            ready: called when all is prepared; returns when the schedule starts everywhere, µs since the
                epoch, or None: as soon as we can.

        Raises:
            EnvironmentUnreachable: the orders that queries ask for could not be placed.
        """
        gevent.get_hub().resolver  # noqa: B018 - imported on first use, which must not be the first request's
        own = self._own
        turn = Turnstile(gevent.sleep) if self._probe else lambda: None
        aside = Measurement(started=own.date())
        at_once = self._options.in_flight
        pools = {origin: Connections.to(origin, at_once=at_once) for origin in self._origins()}

        def clients(measurement: Measurement, listeners: tuple[Listener, ...]) -> dict[str, Client]:
            return {
                origin: Client(
                    pool,
                    measurement,
                    own=own,
                    listeners=listeners,
                    timeout_s=self._options.timeout_s,
                    turn=turn,
                )
                for origin, pool in pools.items()
            }

        helpers, measuring = clients(aside, ()), clients(self.measurement, self._listeners)
        flows = Flows(self._wires, measuring)
        self._place_waiting_orders(flows, helpers)
        with ExitStack() as stack:
            prepare = self._flows(flows, measuring, stack)
            begin = self._begin_at = self._begin(ready())
            self.measurement.started = own.date(begin)
            stack.enter_context(own.watched())
            self._work_off(prepare, begin)
        if self._probe:
            self._close_again(flows, helpers)

    def told(self) -> dict[str, Any]:
        """How far it is, for whoever watches it meanwhile."""
        passed_s = time.perf_counter() - self._begin_at if self._begin_at else -1.0
        while self._next is not None and self._next.due_s <= passed_s:
            self._due, self._next = self._due + 1, next(self._coming, None)
        in_flight = self._loop.in_flight if self._loop is not None else 0
        return told(self.measurement, due=self._due, in_flight=in_flight)

    def end(self, *, interrupted: bool = False) -> Measurement:
        """Close what was measured, whatever became of the rest; a second call changes nothing."""
        if self.measurement.ended is None:
            if self._loop is not None:
                self.measurement.unfinished = self._loop.in_flight
                self.measurement.unsent = self._loop.not_sent
            self.measurement.drift_s = self._own.drift_s
            self.measurement.end(self._own.date(), interrupted=interrupted or self._stopped)
        return self.measurement

    def _origins(self) -> set[str]:
        """Every origin that this load talks to."""
        origins = {wire.origin for wire in self._wires.values()}
        played = {user.flow for user in self._options.users}
        if "storm" in played:
            origins.add(parse_address(self._settings.wechat.notify_url).origin)
        if "journey" in played:
            origins.add(parse_address(self._levers().url).origin)
        if "checkout" in played:
            origins.add(parse_address(self._profile().base_url).origin)
        return origins

    def _flows(self, flows: Flows, clients: dict[str, Client], stack: ExitStack) -> Callable[[User], Job]:
        """Who makes the request of a user; what has to be listened on is closed by the stack."""
        played = {user.flow for user in self._options.users}
        by_flow: dict[str, Callable[[User], Job]] = {}
        if "journey" in played:
            inbox = Inbox(self._settings)
            stack.callback(inbox.close)
            wires = open_wires(
                self._dialects, self._settings, notify_url=inbox.url, amount=self._options.amount
            )
            by_flow["journey"] = Journeys(wires, clients, self._levers(), inbox, flows.numbers).prepare
        if "storm" in played:
            url = self._settings.wechat.notify_url
            storm = Storm(clients[parse_address(url).origin], paid_orders(self._levers(), url))
            by_flow["storm"] = lambda user: storm.prepare()
        if "checkout" in played:
            profile = self._profile()
            client = clients[parse_address(profile.base_url).origin]
            merchant = stack.enter_context(signed_in(profile))
            timeout_s, amount = self._options.timeout_s, self._options.amount
            by_flow["checkout"] = Checkouts(merchant, client, timeout_s, amount).prepare
        return lambda user: by_flow.get(user.flow, flows.prepare)(user)

    def _levers(self) -> LeversSettings:
        if self._settings.levers is None:
            raise UsageError(
                "journeys and storms need a simulator's levers",
                where="GOLIVE_LEVERS_URL, GOLIVE_LEVERS_TOKEN",
                remedy="use the settings that golive simulator --write-env writes",
            )
        return self._settings.levers

    def _profile(self) -> MerchantProfile:
        if self._options.profile is None:
            raise UsageError(
                "shoppers at a checkout need a merchant",
                where="--merchant",
                remedy="name its profile: --merchant my-shop.toml (docs/your-merchant.md)",
            )
        return self._options.profile

    def _begin(self, everywhere: int | None) -> float:
        """Moment zero of the schedule: the one that holds everywhere, unless our clock is far from it."""
        soonest = round(time.perf_counter() + LEAD_S, 6)
        if everywhere is None:
            return soonest
        begin = self._own.moment(everywhere)
        return begin if 0 <= begin - soonest <= _FAR_OFF_S else soonest

    def _work_off(self, flow: Callable[[User], Job], begin: float) -> None:
        dealt = mix.deal(self._options.users)
        self._loop = OpenLoop(
            self._options.schedule.share(self._index, self._of),
            prepare=lambda arrival: flow(dealt[arrival.number % len(dealt)]),
            in_flight=self._options.in_flight,
        )
        if self._stopped:
            return
        with calm_collector():
            self._loop.run(begin)

    def _place_waiting_orders(self, flows: Flows, clients: dict[str, Client]) -> None:
        for user in self._options.users:
            if user.flow != "query":
                continue
            wire, product = self._wires[user.dialect], Product(user.scenario)
            placed, why = 0, None
            for tried in range(1 if self._probe else WAITING_ORDERS):
                if tried == PATIENCE and not placed:
                    break
                number = flows.numbers.new()
                done = clients[wire.origin].send(wire.create(number, product))
                if done.failure is not None:
                    why = done.failure  # how often that happens is measured later; some orders will do
                    continue
                placed += 1
                flows.placed.append((wire, product, number))
                flows.keep_for_queries(user, number)
            if not placed:
                raise EnvironmentUnreachable(
                    f"no order for queries to ask for could be placed: {why}",
                    where=f"create/{user.scenario}/{user.dialect} at {wire.origin}",
                    remedy="is the endpoint running, and are the settings its own?",
                )

    def _close_again(self, flows: Flows, clients: dict[str, Client]) -> None:
        """The orders of a probe count against the day's limit until they are closed."""
        for wire, product, number in flows.placed:
            if clients[wire.origin].send(wire.close(number, product)).failure is not None:
                self.left_open.append(number)
