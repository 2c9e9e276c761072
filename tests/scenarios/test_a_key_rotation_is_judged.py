"""Who refuses a shopper for a new key fails, or who keeps the old one; who cannot be told is not accused."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.clock import wire_now
from harness.core.errors import EnvironmentUnreachable, MerchantFailure, NotExercised
from harness.core.money import Fen
from harness.levers.client import LeverRefused
from harness.levers.models import Creation, MerchantCertificate
from harness.merchant.answers import Answered
from harness.merchant.gap import ProfileGap
from harness.plugin import Journal, KeyRotation
from scenarios.security.test_key_rotation import test_the_key_is_exchanged_while_shoppers_order as judge

FIRST, FRESH = "5" * 40, "6" * 40
NEVER = 10**6


@dataclass
class App:
    """An app and its platform. It takes a new key at its n-th order after it was told of it."""

    takes_after: int = 0
    signs: bool = True
    refuses: Callable[[App], bool] = lambda app: False
    loses: Callable[[App], bool] = lambda app: False
    declared: bool = True
    full: bool = False
    keeps_new: bool = False
    """Whether it does not go back to its first key."""
    told: list[str] = field(default_factory=list)
    since: int = 0
    came: list[Creation] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)

    @property
    def profile(self) -> Any:
        def gap(name: str, what: str) -> ProfileGap:
            return ProfileGap(f"leaves out [{name}], {what}", where="--merchant")

        return SimpleNamespace(rotation=SimpleNamespace(within_s=0.3) if self.declared else None, gap=gap)

    def order_request(self, **asked: object) -> None:
        """Nothing is prepared."""

    def answer_to_order(self, request: None) -> Answered:
        self.since += 1
        key = self.told[-1] if self.told and self.since > self.takes_after else FIRST
        if self.refuses(self):
            raise EnvironmentUnreachable("the merchant is not up", where="create-order")
        if key in self.revoked:
            return Answered(502, "", "", 0.0)
        if not self.loses(self):
            signed = key if self.signs else ""
            self.came.append(
                Creation(
                    at=wire_now(),
                    out_trade_no=f"N{len(self.came)}",
                    product="native",
                    notify_url="",
                    signed_by=signed,
                )
            )
        return Answered(200, "", "", 0.0)

    def take_key(self, values: dict[str, str]) -> None:
        assert Path(values["key_file"]).read_text("utf-8") == f"key of {values['serial']}"
        if self.keeps_new and self.told:
            raise MerchantFailure("no way back", where="key_rotation")
        self.told.append(values["serial"])
        self.since = 0

    def apply_for_certificate(self) -> MerchantCertificate:
        if self.full:
            raise LeverRefused("invalid", "three are valid", where="/merchant-certificates")
        return self.merchant_certificate(FRESH)

    def merchant_certificate(self, serial: str) -> MerchantCertificate:
        key, certificate = f"key of {serial}", "certificate"
        return MerchantCertificate(serial=serial, revoked=False, key_pem=key, certificate_pem=certificate)

    def revoke_certificate(self, serial: str) -> None:
        self.revoked.add(serial)

    def restore_certificate(self, serial: str) -> None:
        self.revoked.discard(serial)

    def creations(self, since: object) -> list[Creation]:
        return [each for each in self.came if each.at >= cast("Any", since)]


def quicker(seconds: float) -> None:
    """The pace of the shoppers, twenty times as fast."""
    time.sleep(seconds / 20)


def judged(app: App, folder: Path) -> KeyRotation:
    day = SimpleNamespace(spend=lambda price: None)
    orders = SimpleNamespace(price=lambda merchant: Fen(1), daily_limit=day)
    played = cast("Any", app)
    rotation = KeyRotation(played, played, cast("Any", orders), lambda texts: None, folder, pause=quicker)
    judge(rotation, Journal(cast("Any", SimpleNamespace()), "SEC-10"))
    return rotation


def test_who_takes_its_key_while_shoppers_order_passes_and_is_put_back(tmp_path: Path) -> None:
    app = App()
    judged(app, tmp_path).put_back()
    assert app.told == [FRESH, FIRST]
    assert app.revoked == {FRESH}, "the account is as it was"


def test_one_that_does_not_go_back_can_order_by_the_key_it_has(tmp_path: Path) -> None:
    app = App(keeps_new=True)
    judged(app, tmp_path).put_back()
    assert app.revoked == set()


def test_a_little_later_is_soon_enough(tmp_path: Path) -> None:
    judged(App(takes_after=4), tmp_path)


def test_a_key_that_is_never_taken_fails(tmp_path: Path) -> None:
    app = App(takes_after=NEVER)
    with pytest.raises(AssertionError, match="goes on signing by the old one"):
        judged(app, tmp_path)
    assert app.revoked == set(), "nothing was cancelled that is in use"


def test_an_app_that_is_away_meanwhile_fails(tmp_path: Path) -> None:
    away = App(refuses=lambda app: bool(app.told) and app.since == 2)
    with pytest.raises(AssertionError, match=r"1 of \d+ shoppers could not order .*nothing ×1"):
        judged(away, tmp_path)


def test_an_order_that_never_reached_the_platform_fails(tmp_path: Path) -> None:
    loses = App(loses=lambda app: bool(app.told) and app.since == 2)
    with pytest.raises(AssertionError, match=r"1 of .* orders never reached the platform"):
        judged(loses, tmp_path)


def test_a_worker_that_still_needs_the_old_key_fails(tmp_path: Path) -> None:
    def falls_back(app: App) -> bool:
        return FIRST in app.revoked and app.since % 3 == 0

    with pytest.raises(AssertionError, match="once the old certificate was cancelled, 1 of 3 orders failed"):
        judged(App(refuses=falls_back), tmp_path)


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (App(declared=False), r"leaves out \[key_rotation\]"),
        (App(signs=False), "signed by no API certificate"),
        (App(full=True), "as many valid certificates as it may have"),
        (App(loses=lambda app: True), "no order could be made before"),
    ],
    ids=["no table", "another wire", "three certificates", "no order"],
)
def test_what_was_not_exercised_accuses_nobody(app: App, said: str, tmp_path: Path) -> None:
    with pytest.raises((NotExercised, ProfileGap), match=said):
        judged(app, tmp_path)
    assert app.told == []
