"""What the modules of records have is told by the package, and every operation has its kind."""

from __future__ import annotations

import importlib
import pkgutil
from typing import get_args

from harness.core.control import Model
from harness.levers import models
from harness.levers.actions import ACTIONS, CALLBACKS, PAYING, REQUESTS, FaultOperation


def test_every_record_is_told_by_the_package() -> None:
    found = set()
    for module in pkgutil.iter_modules(models.__path__):
        here = importlib.import_module(f"{models.__name__}.{module.name}")
        own = (each for each in vars(here).values() if isinstance(each, type) and issubclass(each, Model))
        found |= {each.__name__ for each in own if each.__module__ == here.__name__}
    assert len(found) > 15
    assert found <= set(models.__all__)


def test_every_operation_is_asked_called_or_paid_and_actions_name_no_other() -> None:
    known = get_args(FaultOperation)
    assert sorted(known) == sorted((*REQUESTS, *CALLBACKS, PAYING))
    assert all(set(action.only) <= set(known) for action in ACTIONS.values())
