"""What an extra brings in is asked for by its name, before any work."""

from __future__ import annotations

import sys

import pytest

from harness.core.errors import UsageError
from harness.core.extras import require_parquet


def test_parquet_is_written_where_its_package_is_installed() -> None:
    require_parquet("--requests")


def test_without_it_the_extra_and_the_way_around_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError) as refused:
        require_parquet("--requests")
    assert refused.value.exit_code == 4
    assert refused.value.where == "--requests parquet"
    assert "pip install 'golive[parquet]'" in refused.value.remedy
    assert "--requests csv" in refused.value.remedy
