"""What comes only with an extra of the package: `pip install 'golive[parquet]'`."""

from __future__ import annotations

from importlib.util import find_spec

from harness.core.errors import UsageError


def require_parquet(where: str) -> None:
    """Go on if Parquet can be written; asked before a load is sent that would be written at its end.

    Args:
        where: the option that wants it, which also takes `csv`.

    Raises:
        UsageError: the package that writes it is not installed.
    """
    if find_spec("pyarrow") is None:
        raise UsageError(
            "Parquet is written by pyarrow, which is not installed",
            where=f"{where} parquet",
            remedy=f"pip install 'golive[parquet]', or use {where} csv, which needs nothing",
        )
