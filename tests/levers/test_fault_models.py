"""A fault that makes no sense is refused when it is written down, not when it fails to happen."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from harness.levers.models import Fault


@pytest.mark.parametrize(
    "members",
    [
        {"operation": "create", "action": "status"},
        {"operation": "create", "action": "status", "value": 200},
        {"operation": "create", "action": "status", "value": 600},
        {"operation": "create", "action": "status", "value": "500"},
        {"operation": "create", "action": "status", "value": True},
        {"operation": "create", "action": "delay"},
        {"operation": "create", "action": "delay", "value": -1},
        {"operation": "create", "action": "delay", "value": "soon"},
        {"operation": "query", "action": "trade_state"},
        {"operation": "query", "action": "trade_state", "value": 1},
        {"operation": "create", "action": "trade_state", "value": "SUCCESS"},
        {"operation": "create", "action": "trickle"},
        {"operation": "create", "action": "trickle", "value": 601},
        {"operation": "create", "action": "forged_answer"},
        {"operation": "create", "action": "forged_answer", "value": "nicely"},
        {"operation": "create", "action": "lost"},
        {"operation": "any", "action": "lost"},
        {"operation": "create", "action": "refuse", "value": 1},
        {"operation": "create", "action": "refuse", "nth": 0},
        {"operation": "create", "action": "refuse", "times": 0},
        {"operation": "refunds", "action": "refuse"},
        {"operation": "create", "action": "refund_ends", "value": "CLOSED"},
        {"operation": "refund", "action": "refund_ends", "value": "SUCCESS"},
        {"operation": "refund-query", "action": "status_after_acceptance", "value": 500},
        {"operation": "refund", "action": "lost"},
        {"operation": "create", "action": "explode"},
        {"operation": "create", "action": "refuse", "extra": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(members: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Fault.model_validate(members)


@pytest.mark.parametrize(
    "members",
    [
        {"operation": "create", "action": "status", "value": 500},
        {"operation": "query", "action": "status", "value": 202},
        {"operation": "any", "action": "delay", "value": 0.5},
        {"operation": "any", "action": "delay", "value": 2},
        {"operation": "query", "action": "trade_state", "value": "FROBNICATED"},
        {"operation": "create", "action": "trickle", "value": 16},
        {"operation": "query", "action": "forged_answer", "value": "unsigned"},
        {"operation": "notify", "action": "lost", "nth": 2, "times": 3},
        {"operation": "refund-notify", "action": "lost"},
        {"operation": "refund", "action": "refund_ends", "value": "ABNORMAL"},
        {"operation": "refund", "action": "status_after_acceptance", "value": 429},
        {"operation": "notify", "action": "probe_signature", "out_trade_no": "n"},
    ],
)
def test_a_fault_survives_its_way_over_the_wire(members: dict[str, object]) -> None:
    fault = Fault.model_validate(members)
    assert Fault.model_validate_json(fault.model_dump_json()) == fault
