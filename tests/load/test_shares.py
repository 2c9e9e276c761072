"""A load's shares: dealt once, waited for together, missed when their worker is gone."""

from __future__ import annotations

from load.shares import Shares
from tests.load.measured import measure


def dealt() -> Shares:
    shares = Shares()
    shares.deal(["a", "b"])
    return shares


def test_alone_a_process_has_the_only_share() -> None:
    assert (Shares().size, Shares().outstanding, Shares().all_lost(())) == (1, 0, False)


def test_each_worker_has_a_share_of_its_own_and_a_stranger_none() -> None:
    shares = dealt()
    assert (shares.size, shares.of("a"), shares.of("b"), shares.of("c")) == (2, 0, 1, None)


def test_all_start_when_the_last_is_ready_and_only_then() -> None:
    shares = dealt()
    assert [shares.ready(worker) for worker in ("a", "a", "c", "b", "b")] == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_what_a_worker_measured_counts_once_and_is_missed_no_longer() -> None:
    shares = dealt()
    shares.ready("a"), shares.ready("b")
    assert not shares.take("a", 0, measure(latencies=[10]))
    assert (list(shares.parts), shares.outstanding, shares.of("a")) == ([0], 1, None)


def test_nobody_starts_when_one_ends_before_it_was_ready() -> None:
    shares = dealt()
    shares.ready("a")
    assert shares.take("b", 1, None)
    assert (shares.parts, shares.outstanding, shares.ready("a")) == ({}, 1, False)


def test_all_are_lost_only_when_nobody_who_has_a_share_is_left() -> None:
    shares = dealt()
    assert not shares.all_lost({"b", "c"})
    assert shares.all_lost({"c"})
    shares.take("a", 0, None), shares.take("b", 1, None)
    assert not shares.all_lost(())
