"""The pytest plugin: a rehearsal's options at once, and all the rest when the first scenario is collected.

Every pytest of an environment imports it, so until a scenario (a test that carries `@control`) turns up it
imports next to nothing, and does nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest

from harness.plugin import hookspecs
from harness.plugin.options import add_options

if TYPE_CHECKING:
    from harness.plugin.exports import *  # noqa: F403

FROM_THE_START = ("harness.plugin.distributed",)
"""Hooks that hear what happens before any scenario is collected here."""
HOOKS = ("harness.plugin.hooks", "harness.plugin.workers.scheduler")


def __getattr__(name: str) -> object:
    """What scenarios import from here, made when they do."""
    if name.startswith(("_", "pytest")):  # pytest asks every plugin for some names of its own
        raise AttributeError(name)
    return getattr(import_module("harness.plugin.exports"), name)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Whoever shows or exports checks implements `pytest_golive_checked`."""
    pluginmanager.add_hookspecs(hookspecs)
    for name in FROM_THE_START:
        pluginmanager.register(import_module(name), name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a rehearsal."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks."""
    config.addinivalue_line("markers", "control(exercise): use @control from harness.plugin instead")
    config.addinivalue_line("markers", "long: left out unless its control or a longer load is asked for")
    config.addinivalue_line("markers", "late: run after every other scenario but the last")
    config.addinivalue_line("markers", "last: run after every other scenario")
    config.addinivalue_line("markers", "on_page: looks at the merchant's own page in a browser")
    config.addinivalue_line(
        "markers", "by_request: in place of that, at a merchant that is ordered from by request"
    )
    config.addinivalue_line("markers", "by_cancelling: a shopper cancels an order")
    config.addinivalue_line("markers", "by_card: an abnormal refund goes to a card")
    config.addinivalue_line("markers", "by_refunding: an order is given back")
    config.addinivalue_line("markers", "same_order: asks for the same order again")
    config.addinivalue_line(
        "markers", "named_by_app: in place of that, at a merchant that names its orders itself"
    )
    config.addinivalue_line("markers", "by_members: expects that only who has signed in may order")
    config.addinivalue_line("markers", "priced_by_app: judges prices that are the merchant's own")
    config.addinivalue_line("markers", "phone(way): use @with_phone from harness.plugin instead")
    config.addinivalue_line("markers", "rehearsed: plays the payer, whom a person is at a real target")
    config.addinivalue_line("markers", "needs(lack): use @needs from harness.plugin instead")


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> None:
    """The first scenario brings hooks and fixtures along, before it looks for its own. One that was imported
    under a name that is no test's is none."""
    collects = getattr(collector, "classnamefilter" if isinstance(obj, type) else "funcnamefilter", None)
    if collects is None or not collects(name):
        return
    manager = collector.config.pluginmanager
    marks = sys.modules.get("harness.plugin.marks")  # who has not imported it declares no control
    if marks is None or manager.has_plugin(HOOKS[0]) or not marks.declares_control(collector, obj):
        return
    fixtures = import_module("harness.plugin.fixtures")
    named = [f"{fixtures.__name__}.{each.name}" for each in iter_modules(fixtures.__path__)]
    for module in (*HOOKS, *named):
        manager.register(import_module(module), module)
