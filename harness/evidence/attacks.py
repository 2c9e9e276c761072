"""Attacks on callbacks as the record keeps them: each delivery, and each genuine twin."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ValidationError

from harness.core.control import Model, Text
from harness.core.errors import UsageError

ATTACKS = "artifacts/attacks.ndjson"

AttackResult = Literal["refused", "tolerated", "acknowledged", "believed", "credited", "void"]


class AttackRecord(Model):
    """One delivery; a line of `artifacts/attacks.ndjson`."""

    check: str
    """The scenario that delivered it."""
    control: str
    """What it exercises."""
    dialect: str
    """The wire whose order it was about."""
    attack: str
    """Which attack; empty: the genuine twin."""
    out_trade_no: str
    """The order it was about."""
    status: int
    """HTTP status the merchant answered."""
    result: AttackResult
    """`refused`; `tolerated`: taken, and nothing was forged; `acknowledged`: answered as taken, not credited;
    `believed`: the order changed on its word; of a twin `credited`; `void`: it proves nothing."""
    why: str = ""
    """Why it proves nothing."""


class AttackCount(NamedTuple):
    """How many attacks of a run count, and on what they rest."""

    delivered: int
    """Attacks whose genuine twin was credited before, and that differ from it."""
    refused: int
    twins: int
    """Genuine twins that were credited."""
    void: int
    """Attacks that prove nothing, because their twin was not credited, or is what arrived."""

    @property
    def text(self) -> Text:
        """The count in words."""
        zh = f"已投递 {self.delivered}，被拒 {self.refused}，真实对照入账 {self.twins}"
        en = f"delivered {self.delivered}, refused {self.refused}, twins credited {self.twins}"
        if self.void:
            zh, en = f"{zh}，不能说明问题 {self.void}", f"{en}, void {self.void}"
        return Text(zh=zh, en=en)


def read_attacks(folder: Path) -> tuple[AttackRecord, ...]:
    """Every delivery of a run; a line that was torn off by its end is left out.

    Raises:
        UsageError: the file is damaged.
    """
    path = folder / ATTACKS
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
        return tuple(AttackRecord.model_validate_json(line) for line in lines)
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise UsageError(
            f"the record's attacks cannot be read: {first}",
            where=str(path),
            remedy="run it again; a record that was altered proves nothing",
        ) from error


def count_attacks(folder: Path) -> AttackCount:
    """How many attacks of a run count."""
    found = read_attacks(folder)
    of_attacks = Counter(each.result for each in found if each.attack)
    twins = sum(each.result == "credited" for each in found if not each.attack)
    delivered = of_attacks.total() - of_attacks["void"]
    return AttackCount(delivered, of_attacks["refused"], twins, of_attacks["void"])
