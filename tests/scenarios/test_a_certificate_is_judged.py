"""Who trusts the wrong certificate fails; who never met one, or distrusts the right one, is not accused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import EnvironmentUnreachable
from harness.core.money import Fen
from harness.levers.models import CertificateKind, Door
from harness.plugin import Certificates, Journal
from scenarios.security import test_certificates as scenarios


@dataclass
class Platform:
    """A platform over https, and an app that comes to it, and speaks, while these certificates are shown."""

    comes: Callable[[str], bool] = lambda shown: True
    speaks: Callable[[str], bool] = lambda shown: shown == "trusted"
    served: bool = True
    refuses: str = ""
    shown: CertificateKind = "trusted"
    ordered: bool = False
    limit: Any = field(default_factory=lambda: SimpleNamespace(spend=lambda price: None))

    def door(self) -> Door | None:
        came = self.ordered and self.comes(self.shown)
        spoke = came and self.speaks(self.shown)
        told = {"url": "https://here:1", "ca_pem": "", "certificate": self.shown}
        return Door.model_validate({**told, "connections": came, "spoken": spoke}) if self.served else None

    def show(self, certificate: CertificateKind) -> Door | None:
        self.shown, self.ordered = certificate, False
        return self.door()

    def place(self, yuan: str) -> None:
        self.ordered = True
        assert not self.refuses, self.refuses

    def create_order(self, **asked: object) -> None:
        self.ordered = True


def judged(app: Platform, certificate: CertificateKind = "expired") -> Journal:
    journal = Journal(cast("Any", SimpleNamespace()), "door")
    orders = SimpleNamespace(place=app.place, price_of=Fen, daily_limit=app.limit)
    subject = SimpleNamespace(sides=SimpleNamespace(merchant=app))
    certificates = Certificates(
        cast("Any", SimpleNamespace(orders=orders, subject=subject)), cast("Any", app)
    )
    scenarios.test_a_platform_that_cannot_be_trusted_is_told_nothing(certificates, certificate, journal)
    return journal


def test_who_comes_and_says_nothing_passes() -> None:
    journal = judged(Platform())
    assert journal.observations == ["expired: 1 connections, 0 of them with a request"]
    assert journal.doubts == []


def test_who_speaks_to_the_wrong_one_fails() -> None:
    with pytest.raises(AssertionError, match=r"not to be trusted \(other-host\)"):
        judged(Platform(speaks=lambda shown: True), "other-host")


def test_who_does_not_come_has_refused_nothing() -> None:
    (doubt,) = judged(Platform(comes=lambda shown: shown == "trusted")).doubts
    assert "no connection" in doubt


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (Platform(served=False), "not served over https"),
        (Platform(comes=lambda shown: False), "orders over plain http, and not at https://here:1"),
        (Platform(speaks=lambda shown: False, refuses="HTTP 502"), "refuses the certificate that it is to"),
        (Platform(refuses="sold out"), "no order could be made over https: sold out"),
    ],
    ids=["no-https", "plain-http", "no-authority", "no-order"],
)
def test_what_the_settings_lack_is_held_against_nobody(app: Platform, said: str) -> None:
    with pytest.raises(EnvironmentUnreachable, match=said):
        judged(app)
