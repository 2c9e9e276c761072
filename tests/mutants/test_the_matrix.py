"""The matrix as other programs read it, and how the command ends."""

from __future__ import annotations

import io
import json
import os
import re
import signal
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest
from pydantic import BaseModel
from rich.console import Console

from harness.core.control import Outcome
from harness.core.errors import UsageError
from harness.evidence.kill_matrix import MATRIX, Alarm, CorrectRun, KillMatrix, Mutant
from harness.mutants import measure as measuring
from harness.mutants.measure import Watcher, exit_code, measure
from harness.mutants.plan import Job, Plan
from harness.mutants.pool import Ended
from harness.mutants.screen import Screen, summary
from tests.mutants.finished_runs import CORRECT, WRONG, finished

DOCUMENT = Path(__file__).parents[2] / "docs" / "mutants.md"
Outcomes = dict[str, dict[str, Outcome]]
Measured = Callable[..., KillMatrix]


class Deaf:
    """A watcher that hears nothing."""

    def began(self, job: Job) -> None: ...

    def mutant(self, mutant: Mutant) -> None: ...

    def correct(self, run: CorrectRun, alarms: tuple[Alarm, ...]) -> None: ...


@pytest.fixture
def matrix_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Measured:
    """The matrix of runs that end with these outcomes; those without any are never reached."""

    def measured(
        outcomes: Outcomes, *, interrupted: bool = False, watcher: Watcher | None = None
    ) -> KillMatrix:
        def run_all(
            jobs: Sequence[Job], folder: Path, *_: object, began: Callable[[Job], None], **more: object
        ) -> Generator[Ended, None, None]:
            for job in jobs:
                if job.name in outcomes:
                    began(job)
                    failed = Outcome.FAIL in outcomes[job.name].values()
                    yield finished(folder, job, outcomes[job.name], code=int(failed))
            if interrupted:
                raise KeyboardInterrupt

        monkeypatch.setattr(measuring, "run_all", run_all)
        plan = Plan("quick", (), (CORRECT, WRONG))
        return measure(plan, tmp_path / "out", workers=2, watcher=watcher or Deaf())

    return measured


CAUGHT = {"skips-signature": {"CBK-02": Outcome.FAIL}, "correct-1": {"CBK-02": Outcome.PASS}}


def test_the_file_has_the_shape_that_others_rely_on(matrix_of: Measured, tmp_path: Path) -> None:
    written = json.loads(matrix_of(CAUGHT).write(tmp_path).read_text("utf-8"))
    (row,) = written["defects"]
    assert {name: row[name] for name in ("id", "side", "control", "killed", "killed_by")} == {
        "id": "skips-signature",
        "side": "shop",
        "control": "CBK-02",
        "killed": True,
        "killed_by": ["CBK-02"],
    }
    assert written["false_alarms"] == []
    assert written["schema"] == 1


def test_what_was_written_is_read_back(matrix_of: Measured, tmp_path: Path) -> None:
    matrix = matrix_of(CAUGHT)
    matrix.write(tmp_path)
    assert KillMatrix.read(tmp_path) == matrix


@pytest.mark.parametrize("content", [None, "{", '{"schema": 2}'])
def test_a_matrix_that_is_missing_or_damaged_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / MATRIX).write_text(content)
    with pytest.raises(UsageError, match=MATRIX):
        KillMatrix.read(tmp_path)


def test_all_caught_and_nothing_accused_ends_well(matrix_of: Measured, tmp_path: Path) -> None:
    matrix = matrix_of(CAUGHT)
    assert exit_code(matrix) == 0
    assert summary(matrix)[-1].startswith(
        "MUTANTS PASS · 1 of 1 defects caught · 0 false alarms in 1 correct run"
    )
    assert list((tmp_path / "out").iterdir()) == [], "runs without a surprise leave nothing behind"


def test_a_survivor_fails_and_its_run_is_kept(matrix_of: Measured, tmp_path: Path) -> None:
    matrix = matrix_of({**CAUGHT, "skips-signature": {"CBK-02": Outcome.PASS}})
    assert exit_code(matrix) == 1
    assert summary(matrix)[0] == "survived: skips-signature (CBK-02), kept in skips-signature/"
    assert (tmp_path / "out" / "skips-signature" / "record" / "run.json").is_file()
    assert not (tmp_path / "out" / "correct-1").exists()


def test_the_last_lines_are_told_in_chinese_too(matrix_of: Measured) -> None:
    *_, survivor, ending = summary(matrix_of({**CAUGHT, "skips-signature": {"CBK-02": Outcome.PASS}}), "zh")
    assert survivor == "漏网：skips-signature（CBK-02），保留在 skips-signature/"
    assert ending.startswith("MUTANTS FAIL · 1 个缺陷中抓住 0 个 · 1 次正确运行中误报 0 次")


def test_a_false_alarm_fails_and_is_listed_by_scenario(matrix_of: Measured, tmp_path: Path) -> None:
    matrix = matrix_of({**CAUGHT, "correct-1": {"CBK-02": Outcome.PASS, "PAY-02": Outcome.FAIL}})
    assert exit_code(matrix) == 1
    assert matrix.false_alarms == ("PAY-02",)
    assert "false alarm: PAY-02 in scenarios/test_x.py::test_PAY-02, 1 in 1 correct runs" in summary(matrix)
    assert (tmp_path / "out" / "correct-1").is_dir()


@pytest.mark.parametrize("name", ["skips-signature", "correct-1"])
def test_a_run_that_proves_nothing_is_neither_success_nor_failure(matrix_of: Measured, name: str) -> None:
    matrix = matrix_of({**CAUGHT, name: {"CBK-02": Outcome.HARNESS_ERROR}})
    assert exit_code(matrix) == 5
    assert any(line.endswith(f"kept in {name}/") for line in summary(matrix))


def test_a_defect_whose_run_could_say_nothing_is_run_once_more_and_that_is_told(matrix_of: Measured) -> None:
    unsaid = {"skips-signature": {"CBK-02": Outcome.HARNESS_ERROR}}
    matrix = matrix_of({**CAUGHT, **unsaid, "skips-signature-again": CAUGHT["skips-signature"]})
    (mutant,) = matrix.defects
    assert (exit_code(matrix), mutant.killed, mutant.undecided) == (
        0,
        True,
        "harness-error: CBK-02 said harness-error",
    )
    (told, _) = summary(matrix)
    assert told == (
        "skips-signature was run twice; the first could say nothing: harness-error: CBK-02 said harness-error"
    )


def test_a_survivor_is_not_asked_again(matrix_of: Measured) -> None:
    survived = {"skips-signature": {"CBK-02": Outcome.PASS}}
    matrix = matrix_of({**CAUGHT, **survived, "skips-signature-again": CAUGHT["skips-signature"]})
    assert (exit_code(matrix), matrix.defects[0].state) == (1, "survived")


UNSURE = {"CBK-02": Outcome.INCONCLUSIVE, "PAY-02": Outcome.PASS}
"""A correct run in which nothing failed, and one control could not be judged."""


def test_what_a_correct_run_could_not_decide_is_asked_once_more_and_told(matrix_of: Measured) -> None:
    printed = io.StringIO()
    with Screen(2, Console(file=printed, width=200)) as screen:
        runs = {**CAUGHT, "correct-1": UNSURE, "correct-1-again": {"CBK-02": Outcome.PASS}}
        matrix = matrix_of(runs, watcher=screen)
    *_, second = printed.getvalue().splitlines()
    assert second.startswith("[3/3] ✓ correct shop  correct-1: 2 checks, 0 false alarms, at the second run")
    (run,) = matrix.correct
    assert (exit_code(matrix), run.name, run.state, run.checks, run.whole) == (
        0,
        "correct-1",
        "silent",
        2,
        True,
    )
    said = "inconclusive in CBK-02, scenarios/test_x.py::test_CBK-02: CBK-02 said inconclusive"
    assert (run.undecided, run.kept) == (said, "correct-1")
    assert summary(matrix)[0] == f"correct-1 was run twice; the first could say nothing: {said}"


@pytest.mark.parametrize(
    ("second", "state"), [(Outcome.INCONCLUSIVE, "error"), (Outcome.FAIL, "alarm"), (None, "error")]
)
def test_a_second_run_of_the_correct_shop_must_let_it_through(
    matrix_of: Measured, second: Outcome | None, state: str
) -> None:
    again = {"correct-1-again": {"CBK-02": second}} if second else {}
    (run,) = matrix_of({**CAUGHT, "correct-1": UNSURE, **again}).correct
    assert run.state == state


@pytest.mark.parametrize("first", [Outcome.FAIL, Outcome.HARNESS_ERROR])
def test_a_correct_run_that_was_accused_or_broke_is_not_asked_again(
    matrix_of: Measured, first: Outcome
) -> None:
    runs = {"correct-1": {**UNSURE, "PAY-02": first}, "correct-1-again": CAUGHT["correct-1"]}
    matrix = matrix_of({**CAUGHT, **runs})
    assert exit_code(matrix) == (1 if first is Outcome.FAIL else 5)
    assert not matrix.correct[0].undecided


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ("skips-signature", "inconclusive: CBK-02 said inconclusive"),
        ("correct-1", "inconclusive in CBK-02, scenarios/test_x.py::test_CBK-02: CBK-02 said inconclusive"),
    ],
)
def test_the_last_lines_say_why_a_run_proves_nothing(matrix_of: Measured, run: str, said: str) -> None:
    matrix = matrix_of({**CAUGHT, run: {"CBK-02": Outcome.INCONCLUSIVE}})
    assert f"    {said}" in summary(matrix)


def test_nothing_measured_is_no_success(matrix_of: Measured) -> None:
    assert exit_code(matrix_of({})) == 5


def test_an_interruption_keeps_what_was_measured(matrix_of: Measured) -> None:
    matrix = matrix_of({"correct-1": CAUGHT["correct-1"]}, interrupted=True)
    assert (matrix.interrupted, len(matrix.correct), matrix.defects) == (True, 1, ())
    assert exit_code(matrix) == 2
    assert "interrupted after 1 of 2 runs; what was measured is kept" in summary(matrix)


def test_being_told_to_end_does_what_ctrl_c_does(
    matrix_of: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []
    monkeypatch.setattr(Deaf, "began", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(Deaf, "correct", lambda *_: reached.append("correct"))
    before = signal.getsignal(signal.SIGTERM)
    assert (matrix_of(CAUGHT).interrupted, reached) == (True, [])
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_folder_in_use_is_left_alone(matrix_of: Measured, tmp_path: Path) -> None:
    mine = tmp_path / "out" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(UsageError, match="--out"):
        matrix_of(CAUGHT)
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("model", [KillMatrix, Mutant, CorrectRun, Alarm])
def test_every_member_is_documented(model: type[BaseModel]) -> None:
    named = set(re.findall(r"`([a-z_]+)`", DOCUMENT.read_text("utf-8")))
    assert {field.alias or name for name, field in model.model_fields.items()} - named == set()
