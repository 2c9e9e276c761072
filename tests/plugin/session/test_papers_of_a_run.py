"""Which papers a run keeps: those beside the runs, or of the folder that was named."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.plugin.options import Options
from harness.plugin.session.record_setup import papers_folder


def test_papers_lie_beside_the_runs_unless_another_place_is_named(tmp_path: Path) -> None:
    assert papers_folder(Options()) == Path("papers")
    assert papers_folder(Options(runs=tmp_path / "runs")) == tmp_path / "papers"
    assert papers_folder(Options(runs=tmp_path / "runs", papers=tmp_path)) == tmp_path


@pytest.mark.parametrize("name", ["none", "a-file"])
def test_a_place_that_was_named_is_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(UsageError, match="there is no folder of papers here"):
        papers_folder(Options(papers=tmp_path / name))
