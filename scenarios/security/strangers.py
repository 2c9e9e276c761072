"""Somebody whose order it is not, who asks what its shopper asks."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.merchant.answers import Answered
from harness.merchant.client import MerchantClient
from harness.merchant.rungs.html_forms import read_html
from harness.merchant.rungs.prepared import PreparedRequest


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody whose order it is not."""

    who: str
    client: MerchantClient
    own: str = ""
    """The number of an order of its own; empty: it has none."""

    def ask(self, request: PreparedRequest) -> Answered | None:
        """What the app answers; None: nothing."""
        return answered(self.client, request)

    def token(self, request: PreparedRequest) -> str:
        """That of a page of its own, where the request holds one."""
        if not request.csrf:
            return ""
        signs_in = self.client.profile.sign_in
        pages = [self.client.session.order_urls.get(self.own, ""), "/", (signs_in and signs_in.page) or ""]
        opened = (self.ask(PreparedRequest(method="GET", url=each)) for each in pages if each)
        return next((csrf for each in opened if each and (csrf := read_html(each.text).csrf)), "")


def answered(client: MerchantClient, request: PreparedRequest) -> Answered | None:
    """What the app answers; None: nothing that can be read."""
    try:
        return client.session.send(request, "ask")
    except (MerchantFailure, UnknownOutcome):
        return None
