"""What it costs to close a gap."""

from __future__ import annotations

import pytest

from harness.core.control import Grade, Method
from harness.verdict import Price, Standing, price_of
from tests.verdict.cases import FATAL, PAPER, control

SOAK = control("STB-01", rehearsed=False, grade=Grade.EXPERIENCE, methods=(Method.SOAK,))


@pytest.mark.parametrize(
    ("standing", "grade", "price"),
    [
        (Standing.FAIL, Grade.EXPERIENCE, Price.MEND),
        (Standing.INCONCLUSIVE, Grade.SIMULATED, Price.RUN),
        (Standing.HARNESS_ERROR, Grade.SIMULATED, Price.RUN),
        (Standing.INCONCLUSIVE, Grade.EXPERIENCE, Price.EXPERIENCE_RUN),
        (Standing.INCONCLUSIVE, Grade.PRODUCTION, Price.PRODUCTION_RUN),
        (Standing.NEEDS_HUMAN, Grade.EXPERIENCE, Price.DECISION),
        (Standing.WAIVED_OVER_BUDGET, Grade.SIMULATED, Price.WAIVER),
        (Standing.PLANNED, Grade.SIMULATED, Price.CHECK),
        (Standing.PLANNED, Grade.PAPER, Price.CHECK),
        (Standing.INCONCLUSIVE, Grade.PAPER, Price.RUN),
    ],
)
def test_a_gap_has_a_price(standing: Standing, grade: Grade, price: Price) -> None:
    assert price_of(FATAL, grade, standing) is price


@pytest.mark.parametrize(
    ("id_", "grade", "command"),
    [
        ("PRF-01", Grade.SIMULATED, "golive run"),
        ("PRF-04", Grade.SIMULATED, "golive run --load brief"),
        ("PRF-06", Grade.SIMULATED, "golive run --load capacity"),
        ("CFG-13", Grade.PAPER, "golive import junit FILE --as unit, then: golive run"),
        ("SEC-09", Grade.PAPER, "golive scanned FILE, then: golive run"),
        ("PRF-04", Grade.EXPERIENCE, "golive run --target experience"),
    ],
)
def test_what_a_rehearsal_alone_does_not_decide_names_what_does(id_: str, grade: Grade, command: str) -> None:
    price = price_of(control(id_, grade=grade), grade, Standing.INCONCLUSIVE)
    assert command in price.command.en
    assert (price is Price.RUN) == (command == "golive run")


@pytest.mark.parametrize(
    ("standing", "price"),
    [(Standing.INCONCLUSIVE, Price.PAPER), (Standing.NEEDS_HUMAN, Price.APPROVAL)],
)
def test_what_a_person_attests_is_closed_by_a_paper_or_by_anothers_approval(
    standing: Standing, price: Price
) -> None:
    assert price_of(PAPER, Grade.PAPER, standing) is price
    assert price.order < Price.EXPERIENCE_RUN.order


def test_watching_for_days_is_dearer_than_a_run() -> None:
    assert price_of(SOAK, Grade.EXPERIENCE, Standing.INCONCLUSIVE) is Price.SOAK
    assert Price.SOAK.order > Price.EXPERIENCE_RUN.order


def test_every_price_has_its_words() -> None:
    assert len({price.text.zh for price in Price}) == len({price.text.en for price in Price}) == len(Price)


def test_what_a_person_with_a_phone_closes_names_the_command_for_it() -> None:
    price = price_of(control(), Grade.EXPERIENCE, Standing.NEEDS_HUMAN, by_phone=True)
    assert price is Price.PHONE
    assert price.command.en.startswith("golive pay --attended --target experience")
    assert price_of(control(), Grade.EXPERIENCE, Standing.FAIL, by_phone=True) is Price.MEND


def test_what_a_person_looks_at_names_the_command_that_records_it_and_then_whoever_approves() -> None:
    price = price_of(control(), Grade.EXPERIENCE, Standing.NEEDS_HUMAN)
    assert price is Price.DECISION
    assert "golive attest ID --by NAME --file PICTURE" in price.command.en
    seen = price_of(control(), Grade.EXPERIENCE, Standing.NEEDS_HUMAN, unapproved=True)
    assert seen is Price.APPROVAL
