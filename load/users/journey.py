"""A whole journey: place an order, pay it, receive its callback, see it paid. For simulators only.

Measured are `create`, `pay` and `query` as every request, `callback` from paying to the verified arrival, and
`journey` from the moment the first request was due to the moment the order was seen paid.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.payment import Product, TradeState
from harness.settings.addresses import parse_address
from harness.settings.model import LeversSettings
from load.criteria.model import User
from load.key import Key
from load.open_loop import Job
from load.users.answers import Answer, Wrong, read_object, refused
from load.users.client import Client, Done
from load.users.inbox import Inbox
from load.users.order_numbers import Numbers
from load.users.wire import USER_AGENT, Request, Wire

PAID = frozenset({TradeState.SUCCESS.value})


@dataclass(frozen=True, slots=True)
class Journeys:
    """The flow `journey`.

    Args:
        wires: by dialect; their orders' notify_url leads to the inbox.
        clients: by origin, the levers' among them.
        levers: where payers are played.
    """

    wires: Mapping[str, Wire]
    clients: Mapping[str, Client]
    levers: LeversSettings
    inbox: Inbox
    numbers: Numbers

    def prepare(self, user: User) -> Job:
        """One journey, its first request signed."""
        wire, product = self.wires[user.dialect], Product(user.scenario)
        number = self.numbers.new()
        request = wire.create(number, product)
        client = self.clients[wire.origin]
        key = Key("journey", user.scenario, user.dialect)

        def job(due: float) -> None:
            begun, paused_s = time.perf_counter(), client.paused_s()
            done = client.send(request, due)
            if done.failure is None:
                done = self._paid(wire, number, product, key, done)
            client.note(key, due=due, begun=begun, done=done, paused_s=paused_s)

        return job

    def _paid(self, wire: Wire, number: str, product: Product, key: Key, placed: Done) -> Done:
        """From the placed order to the paid one; the first step that fails is the last."""
        payer = self.clients[parse_address(self.levers.url).origin]
        paused_s = payer.paused_s()
        done = payer.send(self._pay(number, key._replace(endpoint="pay")), placed.at)
        if done.failure is not None:
            return done
        # The lever answers when the first attempt to deliver the callback has ended, one way or the other.
        arrived = self.inbox.take(number)
        told = (
            Done("no verified callback", {}, done.at)
            if arrived is None
            else Done(None, {}, max(arrived, placed.at))
        )
        client = self.clients[wire.origin]
        callback = key._replace(endpoint="callback")
        client.note(callback, due=placed.at, begun=placed.at, done=told, paused_s=paused_s)
        if told.failure is not None:
            return told
        return client.send(wire.query(number, product, PAID), done.at)

    def _pay(self, number: str, key: Key) -> Request:
        def judge(answer: Answer) -> Mapping[str, Any]:
            if answer.status != 200:
                raise refused(answer)
            members = read_object(answer.body)
            if members.get("trade_state") not in PAID:
                raise Wrong("not paid")
            return members

        return Request(
            key=key,
            method="POST",
            path=f"{parse_address(self.levers.url).path}/pay",
            headers={
                "Authorization": f"Bearer {self.levers.token}",
                "Content-Type": "application/json",
                "User-Agent": USER_AGENT,
            },
            body=json.dumps({"out_trade_no": number}).encode(),
            judge=judge,
        )
