"""How the options of `golive run` are read. What is heavy is imported by the option that wants it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError

if TYPE_CHECKING:
    from harness.core.control import Language
    from harness.core.money import Fen

LONGEST_NUMBER = 12
"""Digits of a budget: more are a slip of the finger."""


def read_target(given: str) -> str:
    """The target, as it was typed. Raises `UsageError`."""
    from harness.settings.target import Target

    Target.parse(given)
    return given


def read_language(given: str) -> Language:
    """One of the two languages."""
    return "zh" if given == "zh" else "en"


def read_budget(given: str) -> Fen:
    """What all orders together may be worth. Raises `UsageError`."""
    from harness.core.money import Fen

    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER):
        raise UsageError(
            f"the budget is no whole number of fen: {given!r}",
            where="--budget-fen",
            remedy="write it like --budget-fen 70000, which is ¥700",
        )
    return Fen(int(given))


def read_rate(given: str) -> float:
    """Requests a second. Raises `UsageError`."""
    try:
        rate = float(given)
    except ValueError:
        rate = 0.0
    if not 0.001 <= rate <= 1000:
        raise UsageError(
            f"the rate is no number of requests a second: {given!r}",
            where="--rate",
            remedy="write it like --rate 1 or --rate 0.5",
        )
    return rate


def read_controls(given: str) -> frozenset[str]:
    """The controls of ids and sections. Raises `UsageError`."""
    from reports.checklist import load

    controls = load().controls
    ids = {control.id for control in controls}
    sections = {control.section for control in controls}
    chosen: set[str] = set()
    for word in filter(None, (part.strip().upper() for part in given.split(","))):
        if word not in ids | sections:
            raise _unknown(f"there is no control or section {word!r}", word, "--only", ids | sections)
        chosen |= {name for name in ids if word in (name, name.partition("-")[0])}
    return frozenset(chosen)


def read_requests(given: str) -> str:
    """How single requests of a load are kept. Raises `UsageError`."""
    if given == "parquet":
        from harness.core.extras import require_parquet

        require_parquet("--load-requests")
    return given


def read_defects(given: Iterable[str]) -> tuple[str, ...]:
    """Deliberate defects, each once. Raises `UsageError`."""
    from harness.plugin.defects import DEFECTS

    for name in given:
        if name not in DEFECTS:
            raise _unknown(f"there is no defect {name!r}", name, "--defect", set(DEFECTS))
    return tuple(dict.fromkeys(given))


def read_sequence(given: str) -> tuple[str, ...]:
    """The steps of one sequence. Raises `UsageError`."""
    from harness.plugin import sequence_words

    return sequence_words.read_sequence(given)


def read_variants(given: Iterable[str]) -> tuple[str, ...]:
    """Variants of our shop, each once. Raises `UsageError`."""
    from harness.shop.variants.registry import VARIANTS

    for name in given:
        if name not in VARIANTS:
            raise _unknown(f"there is no variant of the shop {name!r}", name, "--variant", set(VARIANTS))
    return tuple(dict.fromkeys(given))


def _unknown(what: str, word: str, where: str, known: set[str]) -> UsageError:
    return UsageError(what, where=where, remedy=did_you_mean(word, sorted(known)))
