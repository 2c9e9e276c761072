"""Money is an integer in fen (分, a hundredth of a yuan); yuan exists only as text at a wire."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_YUAN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


class Fen(int):
    """An amount in fen. Sums and differences of `Fen` are `Fen`; a float or a bool is refused.

    >>> Fen.from_yuan("19.90") + Fen(10)
    Fen(2000)
    >>> Fen(2000).yuan
    '20.00'
    """

    __slots__ = ()

    def __new__(cls, value: int) -> Self:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"fen must be an integer, not {type(value).__name__} {value!r}")
        return super().__new__(cls, value)

    @classmethod
    def from_yuan(cls, text: str) -> Fen:
        """Read yuan as a person or a bill writes them: `"19.9"`, `"19.90"`, `"20"`; exact, never via float.

        Raises:
            ValueError: the text is no non-negative amount with at most two decimals.
        """
        cleaned = text.strip()
        if not _YUAN.fullmatch(cleaned):
            raise ValueError(f"not an amount in yuan with at most two decimals: {text!r}")
        return cls(int(Decimal(cleaned) * 100))

    @property
    def yuan(self) -> str:
        """The same amount as text in yuan with two decimals, for a wire or a page that demands it."""
        sign = "-" if self < 0 else ""
        whole, rest = divmod(abs(int(self)), 100)
        return f"{sign}{whole}.{rest:02d}"

    def __add__(self, other: int) -> Fen:
        return Fen(int(self) + other)

    def __radd__(self, other: int) -> Fen:
        return Fen(other + int(self))

    def __sub__(self, other: int) -> Fen:
        return Fen(int(self) - other)

    def __rsub__(self, other: int) -> Fen:
        return Fen(other - int(self))

    def __neg__(self) -> Fen:
        return Fen(-int(self))

    def __repr__(self) -> str:
        return f"Fen({int(self)})"

    def __str__(self) -> str:
        return str(int(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.int_schema(strict=True),
            serialization=core_schema.plain_serializer_function_ser_schema(int),
        )
