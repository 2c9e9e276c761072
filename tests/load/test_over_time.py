"""A merchant that gets worse the longer it runs is caught, one that does not is left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from harness.core.control import Grade, Outcome
from harness.core.errors import ConfigurationError
from harness.evidence.watched import Watched
from harness.plugin import Journal, Load
from load.acceptance import Acceptance, accept
from load.criteria.file import lasting, load_set, parse_set
from load.criteria.model import LoadSet
from load.key import MERCHANT, Key
from load.measurement import Measurement
from load.plan import plan
from scenarios.performance import test_load as scenario
from tests.load.measured import SET, START, measure

SECONDS, RATE = 900, 6
CHECKOUT = Key("checkout", "native", MERCHANT)
GROWTH = "memory_growth < 20MB/h, growth_p95 < 25%"
Memory = Callable[[float], float]


def asking(require: str = GROWTH) -> LoadSet:
    text = SET.replace("{flow: create, scenario: h5, dialect: mcp}", "{flow: checkout, scenario: native}")
    text = text.replace("PRF-01, endpoint: create", "PRF-06, endpoint: checkout").replace("REQUIRE", require)
    return parse_set(text, Path("trial.yaml"))


@cache
def played(slower: float = 1.0, seconds: int = SECONDS, lag_us: int = 0) -> Measurement:
    """A quarter of an hour; from its middle on answers take so many times as long."""
    draw = np.random.default_rng(7)
    latencies = 20_000 * np.exp(draw.normal(0, 0.1, seconds * RATE))
    latencies[len(latencies) // 2 :] *= slower
    made = latencies.round(-2).astype(int).tolist()
    return measure(
        CHECKOUT, made, seconds=seconds, same_machine=True, lag=lambda number: 0 if number % 40 else lag_us
    )


def watched(
    memory: Memory, *, seconds: int = SECONDS, busy: float = 0.3, busier: float = 0.0, why_not: str = ""
) -> Watched:
    """A look a second, begun two seconds before the load; in its last third the machine is busier."""
    draw = np.random.default_rng(3)
    noise = draw.normal(0, 0.3, seconds + 4)
    return Watched(
        what="the merchant's processes",
        why_not=why_not,
        started=START - timedelta(seconds=2),
        at_s=tuple(float(second) for second in range(seconds + 4)),
        memory_mb=tuple(memory(second / 3600) + noise[second] for second in range(seconds + 4)),
        others=tuple(busy + busier * (second > seconds * 2 / 3) for second in range(seconds + 4)),
    )


def flat(hours: float) -> float:
    return 90.0


def judged(measurement: Measurement, seen: Watched | None, require: str = GROWTH) -> Acceptance:
    return accept(measurement, asking(require), seen)


def outcomes(acceptance: Acceptance) -> list[str]:
    return [each.outcome.value for each in acceptance.results[0].sentences]


@pytest.mark.parametrize(
    ("memory", "wanted"),
    [
        (flat, "pass"),
        (lambda hours: 90 - 30 * np.exp(-hours * 60), "pass"),
        (lambda hours: 90 + 5 * (hours * 120 % 1), "pass"),
        (lambda hours: 90 + 100 * hours, "fail"),
        (lambda hours: 90 + 1_080 * hours, "fail"),
        (lambda hours: 90 + 10 * (hours > 0.16), "inconclusive"),
        (lambda hours: 90 + 20 * hours, "inconclusive"),
    ],
    ids=["flat", "warms up", "saw-tooth", "leaks slowly", "50 kB a request", "one leap", "at the limit"],
)
def test_memory_that_grows_is_told_from_memory_that_is_used(memory: Memory, wanted: str) -> None:
    acceptance = judged(played(), watched(memory), "memory_growth < 20MB/h")
    assert outcomes(acceptance) == [wanted]
    if wanted == "fail":
        (result,) = acceptance.results
        assert (result.outcome, result.blame.value if result.blame else "") == (Outcome.FAIL, "merchant")
        assert "once warm, memory grows by " in result.message


def test_fifty_kilobytes_a_request_are_reckoned_as_such() -> None:
    leak = watched(lambda hours: 90 + hours * 3600 * RATE * 0.05)
    (result,) = judged(played(), leak, "memory_growth < 20MB/h").results
    assert "grows by 1080." in result.message
    assert " 50.0 kB a request, from " in result.message
    figures = result.sentences[0].growth
    assert figures is not None
    assert (figures.low or 0) < (figures.observed or 0) < (figures.high or 0)


def test_answers_that_get_slower_are_told_and_those_that_do_not_are_left_alone() -> None:
    assert outcomes(judged(played(1.5), watched(flat))) == ["pass", "fail"]
    assert outcomes(judged(played(1.1), watched(flat))) == ["pass", "pass"]


def test_a_machine_that_others_had_all_along_accuses_nobody() -> None:
    (result,) = judged(played(1.5), watched(flat, busy=0.9)).results
    assert result.sentences[1].outcome is Outcome.INCONCLUSIVE
    assert "other programs took 90% of this machine in the first third and 90% in the last" in result.message


def test_a_machine_that_was_busier_in_the_end_accuses_nobody() -> None:
    (result,) = judged(played(1.5), watched(flat, busier=0.4)).results
    assert result.outcome is Outcome.INCONCLUSIVE
    assert "other programs took 30% of this machine in the first third and 70% in the last" in result.message
    assert outcomes(judged(played(), watched(flat, busier=-0.25))) == ["pass", "inconclusive"]
    (starved,) = judged(played(1.5, lag_us=50_000), watched(flat)).results
    assert starved.sentences[1].outcome is Outcome.INCONCLUSIVE
    assert "this machine was starved" in starved.message


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (None, "nobody watched the merchant's memory"),
        (watched(flat, why_not="the merchant was started anew during the load"), "was started anew"),
        (watched(flat, seconds=400), "was not told in 16 of 20 stretches"),
    ],
    ids=["nobody looked", "started anew", "it stopped telling"],
)
def test_memory_that_nobody_told_is_no_pass(seen: Watched | None, said: str) -> None:
    (result,) = judged(played(), seen, "memory_growth < 20MB/h").results
    assert result.outcome is Outcome.INCONCLUSIVE
    assert said in result.message


def test_a_merchant_that_answers_little_and_a_figure_that_stands_still_pass_nothing() -> None:
    refused = measure(CHECKOUT, [20_000] * 2_000, failed=3_400, seconds=SECONDS)
    (result,) = judged(refused, watched(flat), "memory_growth < 20MB/h").results
    assert result.outcome is Outcome.INCONCLUSIVE
    assert "2000 of 5400 requests were answered as they should be" in result.message
    leak = watched(lambda hours: 90 + 1_080 * hours)
    assert outcomes(judged(refused, leak, "memory_growth < 20MB/h")) == ["fail"]
    seen = watched(flat)
    still = seen.model_copy(update={"memory_mb": (256.0,) * len(seen.at_s)})
    (result,) = judged(played(), still, "memory_growth < 20MB/h").results
    assert result.outcome is Outcome.INCONCLUSIVE
    assert "the figure did not move once" in result.message


def test_what_a_soak_proved_is_observed_and_the_knee_that_was_not_looked_for_is_a_warning() -> None:
    checks = judged(played(), watched(flat)).checks(Grade.SIMULATED)
    assert [each.outcome for each in checks] == [Outcome.PASS]
    journal = Journal(keeper=Mock(), prefix="")
    scenario.test_the_declared_peak_is_held_and_the_knee_is_found(Load(checks), journal)
    assert journal.observations == [each.message for each in checks]
    assert len(journal.warnings) == 1
    assert journal.concluded == list(checks)


def test_a_set_that_asks_only_how_a_merchant_grows_does_not_climb() -> None:
    assert not asking().climbs
    assert load_set("capacity").climbs


def test_a_length_that_a_set_cannot_have_is_refused_by_the_words_that_were_typed(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="stretches longer than the run") as refused:
        lasting("nightly", 0.05, tmp_path)
    assert refused.value.where == "nightly --minutes 0.05"


def test_a_run_too_short_says_how_long_it_takes() -> None:
    acceptance = judged(played(seconds=170), watched(flat, seconds=170))
    assert outcomes(acceptance) == ["inconclusive", "inconclusive"]
    assert "it takes 180 s at least" in acceptance.results[0].message
    thin = judged(played(seconds=200), watched(flat, seconds=200), "growth_p99 < 25%").results[0]
    assert "a third of the run has 396 requests in " in thin.message
    assert thin.message.endswith("it takes 2000 and 12")


def test_only_a_merchant_s_memory_can_be_asked_for() -> None:
    with pytest.raises(ConfigurationError, match="only the merchant's memory is watched"):
        parse_set(SET.replace("REQUIRE", "memory_growth < 20MB/h"), Path("trial.yaml"))


def test_the_soak_may_last_as_long_as_one_likes_and_its_plan_says_what_that_proves(tmp_path: Path) -> None:
    soak = load_set("soak")
    costs = plan(soak, grade=Grade.SIMULATED)
    assert (costs.proves, costs.seconds) == (True, 3600)
    short = load_set(str(lasting("soak", 2, tmp_path)))
    assert (short.id, short.arrivals.seconds, short.criteria) == ("soak", 120, soak.criteria)
    assert not plan(short, grade=Grade.SIMULATED).proves
