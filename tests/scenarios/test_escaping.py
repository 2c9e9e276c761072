"""What is said of a page that shows a text of the platform's, escaped or not, or of no page at all."""

from __future__ import annotations

import html
from types import SimpleNamespace
from typing import Any
from unittest.mock import create_autospec

import pytest

from harness.core.errors import NotExercised
from harness.merchant import order_pages
from harness.merchant.answers import Answered, CallbackAnswer
from harness.merchant.rungs.markers import Marker
from harness.plugin import Journal
from scenarios.security import test_escaping as scenario

MARKER = Marker()


def looked(monkeypatch: pytest.MonkeyPatch, *pages: Answered) -> Any:
    journal = create_autospec(Journal, instance=True)
    order: Any = SimpleNamespace(out_trade_no="N17", order_id="")
    shown = {each.url: each for each in pages}
    session = SimpleNamespace(
        known_of=lambda number: {"order_key": "17"},
        listeners=(),
        open=lambda address, operation, listeners: shown[address],
    )
    merchant: Any = SimpleNamespace(
        session=session,
        known_pages=list(shown),
        profile=SimpleNamespace(paths=SimpleNamespace(payment_return=None)),
    )
    monkeypatch.setattr(order_pages, "requests_about", lambda client, number: {})
    scenario._look("paid", order, merchant, {"the callback's texts": MARKER}, journal)
    return journal


def page(text: str, *, url: str = "/orders/17", status: int = 200) -> Answered:
    return Answered(status, text, url, 0.0)


def test_an_escaped_text_on_the_orders_page_passes_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = looked(monkeypatch, page(f"<p>{html.escape(MARKER.text)}</p>"))
    assert "shown by /orders/17, escaped" in str(journal.observe.call_args)


def test_a_text_that_no_page_shows_is_said_to_be_shown_by_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "shown by no page" in str(looked(monkeypatch, page("<p>paid</p>")).observe.call_args)


@pytest.mark.parametrize("url", ["/orders/17", "/"])
def test_an_unescaped_text_on_any_page_is_a_fault(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(AssertionError, match="holds the callback's texts unescaped, in the page"):
        looked(monkeypatch, page(f"<p>{MARKER.text}</p>", url=url))


@pytest.mark.parametrize(
    "other",
    [
        page(f'{{"note": "{MARKER.name}"}}'),
        page("<p>no</p>", status=404),
        page("<p>teas</p>", url="/"),
    ],
    ids=["json", "refused", "another page"],
)
def test_without_a_page_of_the_order_nothing_is_proven(
    monkeypatch: pytest.MonkeyPatch, other: Answered
) -> None:
    with pytest.raises(NotExercised, match="no page of the order"):
        looked(monkeypatch, other)


@pytest.mark.parametrize(
    ("compared", "tried", "doubted"),
    [((), 1, False), (("attach",), 3, False), (scenario.MEMBERS, 4, True)],
    ids=["none", "attach", "each"],
)
def test_a_text_that_the_app_compares_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch, compared: tuple[str, ...], tried: int, doubted: bool
) -> None:
    built: list[dict[str, object]] = []

    def build(issuer: object, resource: dict[str, object]) -> Any:
        built.append(resource)
        return SimpleNamespace(headers=(), body=b"")

    def deliver(headers: object, body: bytes) -> CallbackAnswer:
        refused = any(built[-1][each] for each in compared)
        return CallbackAnswer(status=400 if refused else 204, body=body, duration_s=0.1)

    monkeypatch.setattr(
        scenario, "form_of", lambda form: SimpleNamespace(genuine=SimpleNamespace(build=build))
    )
    order: Any = SimpleNamespace(deliver=deliver, kept=lambda paid: None, redeliver=lambda: None)
    journal = create_autospec(Journal, instance=True)
    issuer: Any = None
    scenario._call_back(order, dict.fromkeys(scenario.MEMBERS, ""), MARKER, issuer, "apiv3", journal)
    assert (len(built), journal.doubt.called) == (tried, doubted)
    assert all(MARKER.text in each.values() for each in built)
