"""What is said of a run record that cannot be read."""

from __future__ import annotations

from pydantic import ValidationError

from harness.core.errors import UsageError


def damaged(where: str, error: Exception) -> UsageError:
    """It names the file, and of a line its number; what another golive wrote is not damaged."""
    if isinstance(error, ValidationError):
        told = error.errors(include_url=False, include_input=False)[0]
        if told["loc"] == ("schema",) and told["type"] in ("less_than_equal", "literal_error"):
            return UsageError(
                "the run record is of another version than this golive reads",
                where=where,
                remedy="read it with the golive that wrote it, or a newer one",
            )
        first = "".join(f"{part}: " for part in told["loc"]) + told["msg"].removeprefix("Value error, ")
    else:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UsageError(
        f"the run record is damaged: {first}",
        where=where,
        remedy="run again; a damaged record proves nothing",
    )
