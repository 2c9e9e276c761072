"""Who is there for a scenario decides which run it is left to; each says the exact command."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.core.control import Outcome
from harness.core.errors import UnsafeRequest, UsageError
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.plugin.attended.answers import Prepared
from harness.plugin.attended.desk import Desk
from harness.plugin.marks import control
from harness.plugin.options import OPTIONS, Options
from harness.plugin.target.attendance import (
    refuse_unaffordable,
    refuse_unattended,
    unmet_attendance,
    with_phone,
)
from harness.plugin.target.policy import EMBEDDED_POLICY
from harness.plugin.target.prerequisites import unmet_prerequisite

REAL = replace(EMBEDDED_POLICY, played=False)
TARGET = "https://pay.example.com"
REHEARSED = pytest.mark.rehearsed


class Item:
    """As much of a collected scenario as is asked about."""

    def __init__(
        self, *marks: pytest.MarkDecorator, dialect: str = "apiv3", options: Options, desk: Desk | None
    ) -> None:
        self._marks = [control("PAY-02", dialects=(dialect,)).mark, *(each.mark for each in marks)]
        self.nodeid, self.fixturenames = "scenarios/x.py::test_x", ()
        self.config: Any = self
        self.stash = {OPTIONS: options}
        self.pluginmanager = self
        self._desk = desk

    def get_plugins(self) -> list[object]:
        return [] if self._desk is None else [self._desk]

    def iter_markers(self, name: str) -> Iterator[pytest.Mark]:
        return iter([mark for mark in self._marks if mark.name == name])


def desk(*, there: bool = True) -> Desk:
    silent = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    return Desk(silent, Prepared("tester") if there else None)


def options(**more: object) -> Options:
    return Options(**{"target": TARGET, "attended": True, "budget": Fen(2), **more})  # type: ignore[arg-type]


def item(*marks: pytest.MarkDecorator, dialect: str = "apiv3", at: Desk | None = None, **more: object) -> Any:
    return Item(*marks, dialect=dialect, options=options(**more), desk=at or desk())


def test_an_unattended_run_leaves_a_payment_to_a_person_and_names_the_command() -> None:
    found = unmet_prerequisite(
        item(
            with_phone("qr"),
            dialect="mcp",
            attended=False,
            env_file=Path(".env.local"),
            merchant="my app.toml",
        ),
        REAL,
    )
    assert found is not None
    assert (found.outcome, found.lacks) == (Outcome.NEEDS_HUMAN, "phone")
    command = (
        f"`golive pay --attended --target {TARGET} --budget-fen 1 --env-file .env.local "
        "--merchant 'my app.toml' --scenario qr --wire mcp`"
    )
    assert command in found.message


def test_it_leaves_nothing_else_to_a_person() -> None:
    assert unmet_attendance(item(attended=False)) is None


def test_an_attended_run_leaves_the_rest_to_one_without_anybody() -> None:
    found = unmet_attendance(item())
    assert found is not None
    assert (found.outcome, found.lacks) == (Outcome.NOT_APPLICABLE, "unattended")


@pytest.mark.parametrize("attended", [True, False])
def test_who_plays_the_payer_stands_aside_at_a_real_target(attended: bool) -> None:
    found = unmet_prerequisite(item(REHEARSED, attended=attended), REAL)
    assert found is not None
    assert (found.outcome, found.lacks) == (Outcome.NOT_APPLICABLE, "played")
    assert unmet_prerequisite(item(REHEARSED), EMBEDDED_POLICY) is None


def test_where_the_platform_is_played_nobody_with_a_phone_is_asked() -> None:
    found = unmet_prerequisite(item(with_phone("qr")), EMBEDDED_POLICY)
    assert found is not None
    assert (found.outcome, found.lacks) == (Outcome.NOT_APPLICABLE, "")


def test_a_payment_that_was_asked_for_is_started() -> None:
    assert unmet_attendance(item(with_phone("qr"))) is None
    assert unmet_attendance(item(with_phone("h5"), ways=frozenset({"h5"}))) is None
    alipays = item(with_phone("qr"), dialect="alipay", payer="alipay")
    assert unmet_attendance(alipays) is None


@pytest.mark.parametrize(
    "other",
    [{"ways": frozenset({"h5"})}, {"payer": "alipay"}, {"wires": frozenset({"mcp"})}],
    ids=["way", "provider", "wire"],
)
def test_another_payment_is_left_to_another_run(other: dict[str, Any]) -> None:
    found = unmet_attendance(item(with_phone("qr"), **other))
    assert found is not None
    assert found.lacks == "phone"


def test_without_a_terminal_nobody_is_there() -> None:
    for nobody in (desk(there=False), None):
        asked = Item(with_phone("qr"), options=options(), desk=nobody)
        found = unmet_attendance(asked)  # type: ignore[arg-type]
        assert found is not None
        assert "the input is no terminal" in found.message


def test_a_callback_is_judged_where_the_app_orders() -> None:
    assert unmet_attendance(item(with_phone(), merchant="app.toml")) is None
    for ours in (item(with_phone()), item(with_phone(), merchant="app.toml", direct=True)):
        found = unmet_attendance(ours)
        assert found is not None
        assert "without --direct" in found.message


def test_every_payment_has_to_fit_into_the_budget_before_the_first() -> None:
    three = [item(with_phone("qr"), dialect=each) for each in ("mcp", "envelope", "apiv3")]
    refuse_unaffordable(three[:2], options())
    refuse_unaffordable([*three[:2], item(with_phone()), item()], options())
    with pytest.raises(UnsafeRequest, match=r"3 payments of 1 fen do not fit into the budget of 2 fen"):
        refuse_unaffordable(three, options())
    with pytest.raises(UnsafeRequest, match="1 payments of 3 fen"):
        refuse_unaffordable(three[:1], options(amount=Fen(3)))


def test_h5_at_the_endpoint_wants_the_phones_address() -> None:
    with pytest.raises(UsageError, match="--phone-ip"):
        refuse_unaffordable([item(with_phone("h5"))], options())
    refuse_unaffordable([item(with_phone("h5"))], options(phone_ip="203.0.113.24"))
    refuse_unaffordable([item(with_phone("h5"), dialect="alipay")], options())


def test_a_payment_that_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="is played by its levers"):
        refuse_unattended([item(with_phone("qr"))], options(), EMBEDDED_POLICY)
    refuse_unattended([item(with_phone("qr"))], options(), REAL)
    chosen = options(payer=Provider.ALIPAY.value, ways=frozenset({"jsapi"}))
    with pytest.raises(UsageError, match="no payment of that kind"):
        refuse_unattended([item(with_phone("qr"), dialect="alipay")], chosen, REAL)
    only = replace(REAL, dialects=frozenset({"mcp"}))
    with pytest.raises(UsageError, match="which speaks mcp"):
        refuse_unattended([item(with_phone("qr"))], options(), only)
