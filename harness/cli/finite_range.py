"""A range of numbers on the command line."""

from __future__ import annotations

from math import isnan
from typing import Any

import click


class FiniteRange(click.FloatRange):
    """As click's, but that `nan`, which is neither below nor above, is not in it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; refused in click's own words."""
        number = float(super().convert(value, param, ctx))
        if isnan(number):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return number
