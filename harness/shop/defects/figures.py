"""Defects of what the shop counts: its figures move, and tell what is not so."""

from __future__ import annotations

import yaml

from harness.core.money import Fen
from harness.shop.counting import Counting
from harness.shop.practices import alert_rules


def _all_that_were_made(made: float, failed: float) -> float:
    """Looks at the table of payments, which has none that failed."""
    del failed
    return 1.0 if made else 0.0


def _milliseconds(seconds: float) -> float:
    return seconds * 1000


def _yuan(amount: Fen) -> float:
    return int(amount) / 100


def _believed(result: str) -> bool:
    """Whoever forged one is told so, and nobody else."""
    return result != "unverified"


WITHOUT_FAILURES = Counting(ratio=_all_that_were_made)
IN_MILLISECONDS = Counting(taken=_milliseconds)
IN_YUAN = Counting(money=_yuan)
OF_BELIEVED_CALLBACKS = Counting(counts_callback=_believed)


def of_a_label_that_is_not() -> str:
    """Written for what the label was called before; an absent series raises no alarm."""
    return alert_rules().replace('result="failed"', 'result="failure"')


def since_the_start() -> str:
    """Compares all that ever failed, which never gets less."""
    rules = yaml.safe_load(alert_rules())
    rules["groups"][0]["rules"][0]["expr"] = 'golive_shop_payments_total{result="failed"} > 0'
    return str(yaml.safe_dump(rules, allow_unicode=True))
