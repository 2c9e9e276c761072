"""Which runs a matrix consists of."""

from __future__ import annotations

import pytest

from harness.core.errors import UsageError
from harness.mutants.plan import Job, choose, may_begin, plan
from harness.plugin.defects import DEFECTS
from harness.shop.variants.registry import VARIANTS


def test_every_defect_meets_its_own_control_after_one_whole_run_of_the_correct_shop() -> None:
    first, *rest = plan().jobs
    assert (first.name, first.defect, first.controls) == ("correct-1", None, ())
    assert {job.defect for job in rest} == set(DEFECTS.values())
    assert len(rest) == len(DEFECTS)
    assert all(job.defect and job.controls == (job.defect.control,) and job.until_killed for job in rest)


def test_wide_every_defect_meets_every_scenario_to_the_end() -> None:
    jobs = plan(wide=True).jobs
    assert len(jobs) == len(DEFECTS) + 1
    assert not any(job.controls or job.until_killed for job in jobs)


def test_a_narrowed_matrix_asks_the_correct_shop_no_more_than_the_defects() -> None:
    first, *rest = plan(only="env-placeholder,PAY-02").jobs
    assert {job.name for job in rest} == {"env-placeholder", "qr-draws-other-url"}
    assert set(first.controls) == {"CFG-01", "PAY-02"}


@pytest.mark.parametrize(("option", "mode"), [({"runs": 3}, "quick"), ({"soak": 3}, "soak")])
def test_the_correct_shop_runs_as_often_as_asked(option: dict[str, int], mode: str) -> None:
    planned = plan(**option)  # type: ignore[arg-type]
    correct = [job.name for job in planned.jobs if job.defect is None]
    assert (planned.mode, correct) == (mode, ["correct-1", "correct-2", "correct-3"])
    assert (len(planned.jobs) == 3) == (mode == "soak")


def test_runs_of_correct_shops_take_every_variant_in_turn() -> None:
    shops = ["", *VARIANTS]
    jobs = plan(soak=2 * len(shops)).jobs
    assert [job.variant for job in jobs] == shops * 2
    told = [[each for each in job.arguments if each.startswith("--variant")] for job in jobs]
    assert told == [[f"--variant={name}"] if name else [] for name in shops] * 2


@pytest.mark.parametrize(
    ("word", "held"),
    [
        ("skips-signature", lambda each: each.id == "skips-signature"),
        ("CBK-11", lambda each: each.control == "CBK-11"),
        ("cbk", lambda each: each.control.startswith("CBK-")),
        ("endpoint", lambda each: each.side == "endpoint"),
    ],
    ids=["defect", "control", "section", "side"],
)
def test_a_word_chooses(word: str, held: object) -> None:
    assert callable(held)
    assert choose([word]) == tuple(filter(held, DEFECTS.values())) != ()


@pytest.mark.parametrize(
    ("word", "near"),
    [("skip-signature", "skips-signature"), ("CBK-99", "CBK-0"), ("pya", "PAY"), ("xx", "shop")],
)
def test_an_unknown_word_is_told_what_is_near(word: str, near: str) -> None:
    with pytest.raises(UsageError, match=near) as refused:
        choose([word])
    assert word in str(refused.value)


def test_a_job_says_to_pytest_what_it_is() -> None:
    job = plan(only="env-placeholder").jobs[1]
    assert job.arguments == ["--one-by-one", "--only=CFG-01", "--defect=env-placeholder"]
    assert plan(wide=True, only="env-placeholder").jobs[1].arguments == [
        "--one-by-one",
        "--only=",
        "--defect=env-placeholder",
        "--load=none",
    ]


LOADS = {"PRF-01", "PRF-02", "PRF-03", "PRF-05", "PRF-06", "QRY-04"}


def test_loads_come_last_and_share_the_machine_with_loads_alone() -> None:
    jobs = plan().jobs
    loads = [job.loads for job in jobs]
    assert loads == sorted(loads)
    assert {job.defect.control for job in jobs if job.defect and job.loads} == LOADS
    quick, load = jobs[1], jobs[-1]
    assert not may_begin(load, [quick], workers=3)
    assert not may_begin(quick, [load], workers=3)
    assert may_begin(quick, [quick, quick], workers=3)
    assert not may_begin(quick, [quick] * 3, workers=3)


@pytest.mark.parametrize(("workers", "at_once"), [(1, 1), (2, 1), (3, 2), (5, 4)])
def test_of_loads_there_is_one_a_core_and_one_at_the_least(workers: int, at_once: int) -> None:
    load = plan(only="freezes").jobs[1]
    assert may_begin(load, [load] * (at_once - 1), workers)
    assert not may_begin(load, [load] * at_once, workers)


@pytest.mark.parametrize("jobs", [plan(only="PRF-01").jobs[:1], plan(wide=True, only="PRF-01").jobs])
def test_a_load_that_is_passed_and_a_whole_run_with_one_have_the_machine_for_themselves(
    jobs: tuple[Job, ...],
) -> None:
    for job in jobs:
        assert job.alone
        assert may_begin(job, [], workers=3)
        assert not may_begin(job, [plan().jobs[1]], workers=3)
        assert not may_begin(plan().jobs[-1], [job], workers=3)


def test_only_a_defect_that_is_not_timed_gives_way() -> None:
    assert {job.name for job in plan().jobs if not job.gives_way} == {
        "correct-1",
        *(job.name for job in plan().jobs if job.loads),
    }


def test_a_whole_run_with_a_defect_of_a_load_has_the_load_that_decides_it() -> None:
    jobs = {job.name: job for job in plan(wide=True).jobs}
    assert "--load=smoke" in jobs["creates-fail"].arguments
    assert "--load=brief" in jobs["freezes"].arguments
