"""The kill matrix of the samples, with the cheapest defects of both; `make samples` runs all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from harness.evidence.kill_matrix import KillMatrix, Mutant
from tests.examples.edited_copy import edits_of
from tests.examples.matrix import caught_first, planned
from tests.scenarios.running import LONGEST_S, PROJECT

CHEAP = "skips-signature,any-site-orders"


def matrix(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.examples.matrix", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


def caught(killed_by: tuple[str, ...]) -> Mutant:
    defect = edits_of("tea_house").defect("skips-signature")
    return Mutant.of(defect, killed=True, killed_by=killed_by, state="killed", seconds=1.0)


def test_a_defect_in_a_sample_is_caught_by_its_own_control_first(tmp_path: Path) -> None:
    run = matrix(f"--only={CHEAP}", f"--out={tmp_path}")
    assert run.returncode == 0, run.stdout
    read = {
        sample: KillMatrix.model_validate(json.loads((tmp_path / sample / "kill-matrix.json").read_text()))
        for sample in ("tea_house", "print_shop")
    }
    assert [each.id for each in read["tea_house"].defects] == ["skips-signature", "any-site-orders"]
    assert [each.id for each in read["print_shop"].defects] == ["skips-signature"]
    assert all(each.killed for matrix in read.values() for each in matrix.defects)


def test_what_follows_in_the_books_is_not_first() -> None:
    assert caught_first(caught(("RCN-03", "CBK-02")))
    assert not caught_first(caught(("CBK-04", "CBK-02")))


def test_a_word_that_names_nothing_runs_nothing() -> None:
    assert not planned("tea_house", "no-such", runs=0).jobs


def test_words_choose_by_name_control_and_section() -> None:
    chosen = [each.name for each in planned("tea_house", "CBK-09,SEC,float-amount", runs=1).jobs]
    assert chosen[:3] == ["correct-1", "float-amount", "amount-not-compared"]
    assert "any-site-orders" in chosen
    assert "skips-signature" not in chosen
