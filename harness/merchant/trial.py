"""Tries each part of a profile once against the app and a simulator: what fits, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.core.errors import EnvironmentUnreachable, GoLiveError, TargetFailure, UnknownOutcome
from harness.levers.client import LeversClient
from harness.merchant.answers import CreatedOrder
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap, place
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.merchant.settling import Settling


@dataclass(frozen=True, slots=True)
class Tried:
    """One part of a profile."""

    part: str
    told: str
    """What was seen."""
    error: GoLiveError | None = None
    """Why it does not fit; None: it does."""
    unlocks: str = ""
    """What one more line would show; empty where there is nothing more to see."""


def orders_taken(profile: MerchantProfile, levers: LeversClient) -> None:
    """Order once in each way that the profile describes, and look at the order; nobody pays.

    Raises:
        ConfigurationError: the profile does not fit the app, with the line and what was seen instead.
        EnvironmentUnreachable: the app is not up.
    """
    for tried in Trial(profile, levers).parts(pay=False):
        if tried.error is not None:
            raise tried.error


@dataclass(frozen=True, slots=True)
class Trial:
    """One profile against a running app and simulator."""

    profile: MerchantProfile
    levers: LeversClient

    def parts(self, *, pay: bool = True) -> Iterator[Tried]:
        """Each part in the order of a shopper's visit; the first that does not fit is the last.

        Args:
            pay: pay the order, see the callback arrive, and see the payment in the app.
        """
        with MerchantClient(self.profile, levers=self.levers) as merchant:
            try:
                merchant.login()
            except GoLiveError as error:
                yield Tried("sign_in", "", _about_the_profile(error))
                return
            yield Tried("sign_in", "a session" if self.profile.sign_in else "nobody signs in")
            if self.profile.sign_in is not None and self.profile.sign_in.other is not None:
                second = self._second()
                yield second
                if second.error is not None:
                    return
            for tried in self._operated(merchant):
                yield tried
                if tried.error is not None:
                    return
            yield from self._ordered(merchant, pay=pay)

    def _ordered(self, merchant: MerchantClient, *, pay: bool) -> Iterator[Tried]:
        """Every way to order, and the button that cancels."""
        kinds = [kind for kind, trigger in self.profile.order if trigger is not None]
        if not kinds and pay:
            kinds = ["qr"] if self.profile.paths.create_order is not None else []
            if not kinds:
                yield Tried("order", "", self._no_way_to_order())
        for kind in kinds:
            trigger = getattr(self.profile.order, kind)
            if trigger is not None and trigger.person is not None and not pay:  # nobody orders in vain
                yield self._somebody_there(merchant, kind)
                continue
            if trigger is not None and trigger.fixture is not None:  # only pytest has fixtures
                yield Tried(f"order.{kind}", f"the fixture {trigger.fixture} orders, with pytest")
                continue
            ended = False
            for tried in self._order(merchant, kind, pay=pay):
                yield tried
                ended = tried.error is not None
            if ended:
                return
            if pay and kind == kinds[0] and self.profile.close is not None:
                yield self._cancelled(merchant, kind)

    def _second(self) -> Tried:
        """The second shopper signs in, in a session of its own."""
        try:
            with MerchantClient(self.profile) as other:
                other.login_as_other()
        except GoLiveError as error:
            return Tried("sign_in.other", "", _about_the_profile(error))
        return Tried("sign_in.other", "a session of its own")

    def _operated(self, merchant: MerchantClient) -> Iterator[Tried]:
        """The clock by no seconds, and the query job once."""
        if self.profile.time is not None:
            try:
                now = merchant.advance(0)
            except GoLiveError as error:
                yield Tried("time", "", _about_the_profile(error))
                return
            yield Tried("time", "moved by 0 s" if now is None else f"moved by 0 s; its clock shows {now}")
        if self.profile.query_job is not None:
            try:
                took = merchant.run_query_job().duration_s
            except GoLiveError as error:
                yield Tried("query_job", "", _about_the_profile(error))
                return
            yield Tried("query_job", f"ran for {took:.2f} s")

    @staticmethod
    def _somebody_there(merchant: MerchantClient, kind: str) -> Tried:
        part = f"order.{kind}"
        try:
            merchant.session.person_of(part).be_there()
        except GoLiveError as error:
            return Tried(part, "", error)
        return Tried(part, "a person will order")

    def _no_way_to_order(self) -> ProfileGap:
        return ProfileGap(
            "the profile names no way to order, so nothing else can be tried",
            where="order",
            remedy="add [order.qr] (docs/your-merchant.md)",
        )

    def _order(self, merchant: MerchantClient, kind: str, *, pay: bool) -> Iterator[Tried]:
        part = f"order.{kind}"
        try:
            created = self._created(merchant, kind)
        except GoLiveError as error:
            yield Tried(part, "", _about_the_profile(error))
            return
        number = created.out_trade_no
        if number is None:  # the app itself is broken: that is for the run to judge
            yield Tried(part, f"the app answered HTTP {created.status_code}")
            return
        audit = self.levers.audit(number)
        told = f"{audit.product} order {number} of ¥{audit.total.yuan}, callbacks to {audit.notify_url}"
        if created.status_code >= 400 and created.page is not None:
            told += f"; yet the shopper was answered {created.page.said}"
        yield Tried(part, told)
        with Observer(self.profile, session=merchant.session) as observer:
            yield self._looked(observer, number, paid=False)
            if self.profile.confirm is not None:  # whoever believes the claim is for the run to judge
                pressed = self._pressed(merchant, number)
                yield pressed
                if pressed.error is not None:
                    return
            if not pay:
                return
            self.levers.pay(out_trade_no=number)
            answered = self.levers.audit(number).deliveries[-1]
            yield Tried("callback", f"answered HTTP {answered.status} after {answered.duration_s:.2f} s")
            yield self._looked(observer, number, paid=True)

    def _created(self, merchant: MerchantClient, kind: str) -> CreatedOrder:
        price = self.profile.own_price
        created = merchant.create_order(
            order_id="golive-trial", amount_yuan=price.yuan if price else "1.00", payment_type=kind
        )
        if not created.created and created.status_code < 500:
            raise ProfileGap(
                f"ordering reached no platform: {created.error}",
                where=place(self.profile.lines, f"order.{kind}"),
                remedy="compare method, path and fields with what the app's own page sends (a browser shows "
                "it), and see that the app reads the simulator's settings",
            )
        return created

    @staticmethod
    def _pressed(merchant: MerchantClient, number: str) -> Tried:
        try:
            answered = merchant.confirm(number)
        except GoLiveError as error:
            return Tried("confirm", "", _about_the_profile(error))
        return Tried("confirm", f"answered HTTP {answered.status_code} after {answered.duration_s:.2f} s")

    def _cancelled(self, merchant: MerchantClient, kind: str) -> Tried:
        """Another order is cancelled; whether it had to be closed is for the run to judge."""
        try:
            number = self._created(merchant, kind).out_trade_no or ""
            answered = merchant.close_order(number)
            state = self.levers.audit(number).trade_state
        except GoLiveError as error:
            return Tried("close", "", _about_the_profile(error))
        return Tried("close", f"answered HTTP {answered.status_code}; the order is {state} at the platform")

    def _looked(self, observer: Observer, number: str, *, paid: bool) -> Tried:
        try:
            order = Settling().until(lambda: observer.order(number), lambda seen: seen.settled or not paid)
            if order.other_word is not None:
                _ = order.status  # says which word the profile lacks
        except GoLiveError as error:
            return Tried("observer", "", _about_the_profile(error))
        if order.tells_payment and order.settled != paid:
            return Tried(
                "observer",
                order.summary,
                ProfileGap(
                    f"an order that somebody paid is shown as {order.summary}"
                    if paid
                    else f"an order that nobody paid is shown as {order.summary}",
                    where=place(self.profile.lines, "observer"),
                    remedy="check words, and whether the right order is looked at",
                ),
            )
        return Tried(
            "observer", order.summary, unlocks="" if order.told_credits is not None else order.unlocks
        )


def _about_the_profile(error: GoLiveError) -> GoLiveError:
    """The app answered, and otherwise than the profile says: before a run that is about the profile."""
    if isinstance(error, UnknownOutcome):
        return EnvironmentUnreachable(error.what, where=error.where, remedy=error.remedy)
    if isinstance(error, TargetFailure):
        return ProfileGap(error.what, where=error.where, remedy=error.remedy)
    return error
