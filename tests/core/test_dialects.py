"""The table answers what its rows say, and takes no row that contradicts another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.core.dialects import (
    Operation,
    all_dialects,
    callback_form,
    callback_forms,
    classic_of,
    dialect,
    dialects,
    made,
    register,
)
from harness.core.errors import HarnessError, UsageError
from harness.core.payment import Product, Provider
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.settings.variables import BY_NAME
from harness.simulator.embedded import RunningSimulator, running_simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator() as running:
        yield running


def test_rows_stand_in_the_order_of_rehearsals() -> None:
    assert dialects() == ("mcp", "envelope", "apiv3", "alipay")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"classic": True}, ("apiv3", "alipay")),
        ({"classic": True, "provider": Provider.WECHAT}, ("apiv3",)),
        ({"classic": False}, ("mcp", "envelope")),
        ({"experience": True}, ("mcp", "envelope")),
        ({"callbacks": "apiv3"}, ("mcp", "apiv3")),
        ({"can": Operation.CLOSE}, ("mcp", "apiv3", "alipay")),
        ({"can": Operation.CLOSE, "classic": False}, ("mcp",)),
        ({"can": Operation.REFUND}, ("apiv3", "alipay")),
        ({"product": Product.APP}, ("mcp", "envelope", "apiv3", "alipay")),
        ({"product": Product.PAGE}, ("alipay",)),
        ({"provider": Provider.ALIPAY}, ("alipay",)),
    ],
    ids=str,
)
def test_what_is_asked_for_is_what_the_rows_say(asked: dict[str, object], found: tuple[str, ...]) -> None:
    assert dialects(**asked) == found  # type: ignore[arg-type]


def test_an_unknown_dialect_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="mcp, envelope, apiv3"):
        dialect("grpc")


def test_an_id_is_taken_once_and_callbacks_come_first() -> None:
    with pytest.raises(HarnessError, match="there already"):
        register(dialect("mcp"))
    with pytest.raises(HarnessError, match="unknown"):
        register(replace(dialect("mcp"), id="mcp-2", callbacks="pigeon"))
    assert dialects() == ("mcp", "envelope", "apiv3", "alipay")


def test_the_classic_dialect_stands_behind_the_others() -> None:
    assert classic_of(Provider.WECHAT).id == "apiv3"


@pytest.mark.parametrize("id_", dialects())
def test_every_part_of_a_row_is_there_and_says_the_same(id_: str, simulator: RunningSimulator) -> None:
    row = dialect(id_)
    settings = Settings.load(EnvFile.of(simulator.environment(notify_url="http://127.0.0.1:9/n")))
    gateway = made(row.gateway)(settings)
    try:
        assert gateway.dialect == id_
        assert gateway.can_close is row.can(Operation.CLOSE)
    finally:
        gateway.close_connections()
    assert callable(made(row.wire))
    assert set(row.settings) <= set(BY_NAME)
    assert row.endpoint.endswith(("_ENDPOINT", "_URL", "_GATEWAY"))
    assert callback_form(row.callbacks) in callback_forms()


def test_every_form_of_callbacks_belongs_to_a_dialect() -> None:
    assert {form.id for form in callback_forms()} == {row.callbacks for row in all_dialects()}
