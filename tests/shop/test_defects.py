"""Each defect changes what it says; what takes a shop of its own shows. The others: `test_defects_of_…`."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from harness.core.control import Defect
from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.shop.defects.registry import DEFECTS, practices_with
from harness.shop.practices import Practices
from tests.shop import (
    callback_probes,
    https_probes,
    order_probes,
    outage_probes,
    stranger_probes,
)
from tests.shop.conftest import trading
from tests.shop.signs import (
    ALONE,
    ASKED,
    CONCEPTS,
    EVERY,
    LOCKED,
    OVER_HTTPS,
    PATIENT,
    SEVERAL,
    SHOWN_BY,
    SLOW,
    TOGETHER,
    TRUSTING,
    asked_of,
    of,
    shows_itself_alone,
)


def test_every_defect_has_a_way_to_show() -> None:
    assert SHOWN_BY.keys() == {defect.id for defect in DEFECTS}


def test_every_defect_explains_itself_in_both_languages() -> None:
    assert len({defect.text.zh for defect in DEFECTS}) == len(DEFECTS)
    assert len({defect.text.en for defect in DEFECTS}) == len(DEFECTS)
    assert {defect.side for defect in DEFECTS} == {"shop"}


def test_every_sign_is_asked_of_defects_that_are_not_its_own() -> None:
    askers = Counter(probe for name in ASKED for probe in asked_of(name))
    assert min(askers[SHOWN_BY[id_]] for id_ in ASKED) >= len(ASKED) // EVERY


@pytest.mark.parametrize("names", TOGETHER, ids=" ".join)
def test_defects_that_share_a_shop_show_and_the_rest_stays_right(
    mcp_environment: dict[str, str], levers: LeversClient, names: tuple[str, ...]
) -> None:
    shows_itself_alone(mcp_environment, levers, names)


def test_every_defect_is_shown_in_one_file_of_a_concept() -> None:
    assert sorted(names for concept in CONCEPTS for names in of(concept)) == ALONE
    here = Path(__file__).parent
    assert {
        path.stem.removeprefix("test_defects_of_") for path in here.glob("test_defects_of_*.py")
    } == CONCEPTS.keys()


def test_slow_work_inline_shows_and_the_rest_stays_right(
    mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers, SLOW) as trade:
        assert callback_probes.answers_too_late(trade)
        quick = (
            order_probes.believes_the_shopper,
            order_probes.takes_a_new_number,
            order_probes.never_asks,
            callback_probes.credits_a_forged_signature,
        )
        assert not any(probe(trade) for probe in quick)


def test_waiting_for_whole_bodies_shows_and_the_rest_stays_right(
    mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers, PATIENT) as trade:
        assert outage_probes.outlasts_a_trickle(trade)
        assert not any(
            probe(trade)
            for probe in (
                outage_probes.believes_a_forged_query,
                outage_probes.storms_a_busy_platform,
                order_probes.never_asks,
            )
        )


def test_callbacks_behind_a_login_show(mcp_environment: dict[str, str], levers: LeversClient) -> None:
    with trading(mcp_environment, levers, LOCKED) as trade:
        assert callback_probes.leads_callbacks_to_its_login(trade)
        assert not any(
            probe(trade)
            for probe in (stranger_probes.takes_orders_from_guests, order_probes.believes_the_shopper)
        )


def test_trusting_every_certificate_shows(mcp_environment: dict[str, str], levers: LeversClient) -> None:
    with trading(mcp_environment, levers, TRUSTING) as trade:
        assert outage_probes.talks_to_an_impostor(trade)
        assert not any(
            probe(trade)
            for probe in (outage_probes.believes_a_forged_query, callback_probes.credits_a_forged_signature)
        )


def test_what_is_wrong_over_https_shows(mcp_environment: dict[str, str], levers: LeversClient) -> None:
    with trading(mcp_environment, levers, *OVER_HTTPS) as trade:
        assert all(probe(trade) for probe in https_probes.SHOWN_BY.values())


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.id)
def test_a_defect_changes_one_practice_and_more_only_where_they_are_one_fault(defect: Defect) -> None:
    right, wrong = Practices(), practices_with([defect.id])
    changed = [f.name for f in fields(Practices) if getattr(right, f.name) != getattr(wrong, f.name)]
    assert len(changed) == SEVERAL.get(defect.id, 1)


def test_no_defect_is_the_correct_shop() -> None:
    assert practices_with([]) == Practices()


def test_an_unknown_defect_is_named_with_a_way_to_the_list() -> None:
    with pytest.raises(UsageError, match="no-such") as caught:
        practices_with(["float-amount", "no-such"])
    assert "--list-defects" in caught.value.remedy


def test_two_defects_in_one_place_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="check-then-act"):
        practices_with(["check-then-act", "credits-every-callback"])
    both = practices_with(["float-amount", "check-then-act"])
    assert both.fen_from_yuan("19.90") == Fen(1989)
