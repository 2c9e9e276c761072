"""What an operator of a merchant does: moves its business clock, starts its query job, exchanges its key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import jmespath

from harness.core.clock import wire_now
from harness.levers.client import LeversClient
from harness.merchant.answers import Answered, ReconciledDay
from harness.merchant.gap import ProfileGap, place
from harness.merchant.http import MerchantHttp
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.described import AppRequest, ReconcileRequest
from harness.merchant.rungs.html_forms import read_html
from harness.merchant.rungs.shopper import ShopperSession

_NOT_LET_IN = (401, 403, 404, 405)


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator of one merchant: no shopper, and let in by the headers of each table."""

    profile: MerchantProfile
    http: MerchantHttp
    levers: LeversClient | None = None
    """Of the platform, whose business time a clock may be set to."""

    def advance(self, seconds: float) -> datetime | None:
        """Move the merchant's business clock; returns when the work that fell due has ended.

        Returns:
            Business time as the merchant tells it in `now`; None where it tells none that can be read.

        Raises:
            ProfileGap: the merchant has no such clock, or would not move it.
        """
        clock = self.profile.clock
        if clock is None:
            raise self.profile.gap("time", "how the app's clock is moved")
        values = {"seconds": f"{seconds:.6f}".rstrip("0").rstrip(".")}
        if "now" in clock.placeholders:
            values["now"] = (self.levers.advance(0) if self.levers else wire_now()).isoformat()
        table = "time" if self.profile.time is not None else "observer.clock"
        answered = self._done(clock, values, "advance", table, "the merchant's clock did not move")
        return _moment(answered.text)

    def run_query_job(self) -> Answered:
        """Make the merchant ask the platform about its open orders, as its schedule would.

        Raises:
            ProfileGap: the profile names no such job, or it would not run.
        """
        job = self.profile.query_job
        if job is None:
            raise self.profile.gap("query_job", "how the app is made to ask the platform")
        return self._done(job, {}, "query-job", "query_job", "the query job did not run")

    def take_key(self, values: Mapping[str, str]) -> Answered:
        """Give the merchant another API certificate.

        Args:
            values: of the placeholders in `[key_rotation]`.

        Raises:
            ProfileGap: the profile does not say how, or the merchant would not have it.
        """
        given = self.profile.rotation
        if given is None:
            raise self.profile.gap("key_rotation", "how the app is given a new key")
        table = "key_rotation" if self.profile.key_rotation is not None else "observer.key"
        return self._done(given, values, "key-rotation", table, "the app did not take the new key")

    def reconcile(self, day: date) -> ReconciledDay:
        """Make the merchant compare the bill of a Beijing day with its books; how the day stands then.

        An answer that tells of an error is one: the day is not done with.

        Raises:
            ProfileGap: the merchant was not written for it, or would not let an operator.
        """
        asked = self._reconciling
        answered = self._asked(asked, {"date": day.isoformat()}, self._reconciling_table)
        return self.reconciled(day) if asked.shown is not None else self._stands(asked, answered)

    def reconciled(self, day: date) -> ReconciledDay:
        """How a day stands; nothing is done where the profile says where that is shown.

        Raises:
            ProfileGap: as `reconcile`.
        """
        asked = self._reconciling
        if asked.shown is None:
            return self.reconcile(day)
        look = AppRequest(request=asked.shown, headers=asked.headers)
        answered = self._asked(look, {"date": day.isoformat()}, self._reconciling_table)
        return self._stands(asked, answered)

    @property
    def _reconciling(self) -> ReconcileRequest:
        asked = self.profile.reconciling
        if asked is None:
            raise self.profile.gap("reconciliation", "how a day's bill is compared with the app's books")
        return asked

    @property
    def _reconciling_table(self) -> str:
        return "reconciliation" if self.profile.reconciliation is not None else "observer.reconciliation"

    def _asked(self, asked: AppRequest, values: Mapping[str, str], table: str) -> Answered:
        profile = self.profile
        session = ShopperSession(self.http, profile.base_url, profile.folder, profile.lines)
        answered = session.ask(asked, values, "reconciliation", table)
        if answered.status in _NOT_LET_IN or any(
            form.asks_password for form in read_html(answered.text).forms
        ):
            raise ProfileGap(
                f"the app does not reconcile for us: {answered.said}",
                where=place(profile.lines, table),
                remedy="correct the path; what lets an operator in goes into headers, a value $NAME of which "
                "is read from the environment",
            )
        return answered

    def _stands(self, asked: ReconcileRequest, answered: Answered) -> ReconciledDay:
        if answered.status >= 400:
            return ReconciledDay(done=False, told=answered.said)
        try:
            read = json.loads(answered.text)
        except (ValueError, RecursionError):
            read = None
        found = jmespath.search(asked.differences, read)
        if found is None or not isinstance(found, list):
            raise ProfileGap(
                f"differences = {asked.differences!r} finds no list: {answered.said}",
                where=place(self.profile.lines, self._reconciling_table),
                remedy="let it find the numbers of what does not agree: an empty list where everything does",
            )
        return ReconciledDay(
            done=bool(jmespath.search(asked.done, read)),
            differences=frozenset(str(each) for each in found),
            told=answered.said,
        )

    def _done(
        self, asked: AppRequest, values: Mapping[str, str], operation: str, table: str, failed: str
    ) -> Answered:
        """What the request or command answers; a page that asks for a password is a refusal."""
        profile = self.profile
        session = ShopperSession(self.http, profile.base_url, profile.folder, profile.lines)
        answered = session.ask(asked, values, operation, table)
        refused = any(form.asks_password for form in read_html(answered.text).forms)
        if answered.status >= 300 or refused:
            said = "the app asks to sign in" if refused else answered.said
            raise ProfileGap(
                f"{failed}: {said}",
                where=place(profile.lines, table),
                remedy="correct the path; what lets an operator in goes into headers, a value $NAME of which "
                "is read from the environment",
            )
        return answered


def _moment(answer: str) -> datetime | None:
    """The member `now`, an ISO 8601 moment with its offset; whatever else is answered tells no time."""
    try:
        read = json.loads(answer)
        told = datetime.fromisoformat(read["now"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return told if told.tzinfo is not None else None
