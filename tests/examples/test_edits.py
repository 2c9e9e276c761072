"""Each defect of our shop is in each sample too, or it is written down what the sample lacks for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.examples.edited_copy import OF_SHOP, edits_of, mended_copy
from tests.examples.matrix import SAMPLES

EVERY = [(sample, defect) for sample in SAMPLES for defect in edits_of(sample).defects]


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_defect_of_our_shop_is_in_it_or_has_no_path(sample: str) -> None:
    edits = edits_of(sample)
    left_out = [name for names in edits.without_path.values() for name in names]
    assert len(left_out) == len(set(left_out))
    assert not set(left_out) & edits.defects.keys()
    assert OF_SHOP.keys() == {*left_out, *(edits.defects.keys() - edits.controls.keys())}
    assert edits.controls.keys() <= edits.defects.keys() - OF_SHOP.keys()


@pytest.mark.parametrize(("sample", "defect"), EVERY)
def test_its_edits_fit_the_mended_copy_and_change_it(tmp_path: Path, sample: str, defect: str) -> None:
    edits = edits_of(sample)
    right = mended_copy(sample, tmp_path / "right")
    wrong = mended_copy(sample, tmp_path / "wrong", defect)
    files = {edit.file or edits.code for edit in edits.defects[defect]} - {"merchant.toml"}
    assert all((right / each).read_text("utf-8") != (wrong / each).read_text("utf-8") for each in files)
    if edits.code.endswith(".py"):
        ast.parse((wrong / edits.code).read_text("utf-8"))
