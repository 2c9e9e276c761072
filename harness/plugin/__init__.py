"""The pytest plugin: options, fixtures, `@control`, and the recorder that turns scenarios into checks.

It does nothing unless scenarios (tests that carry `@control`) are collected.
"""

from harness.plugin.books import Books
from harness.plugin.browsers import payer, shopper
from harness.plugin.hooks import (
    pytest_addhooks,
    pytest_addoption,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_runtest_makereport,
    pytest_runtest_protocol,
    pytest_sessionfinish,
    pytest_unconfigure,
)
from harness.plugin.journal import Journal
from harness.plugin.marks import NO_WIRE, control
from harness.plugin.rehearsal import Rehearsal
from harness.plugin.world import (
    Endpoint,
    PlaceOrder,
    books,
    clean_faults,
    configuration,
    endpoint,
    gateway,
    issuer,
    journal,
    levers,
    merchant,
    observer,
    options,
    pass_time,
    place_order,
    platform_keys,
    profile,
    rehearsal,
    settings,
)
from harness.settings.finding import ConfigurationReport

__all__ = [
    "NO_WIRE",
    "Books",
    "ConfigurationReport",
    "Endpoint",
    "Journal",
    "PlaceOrder",
    "Rehearsal",
    "books",
    "clean_faults",
    "configuration",
    "control",
    "endpoint",
    "gateway",
    "issuer",
    "journal",
    "levers",
    "merchant",
    "observer",
    "options",
    "pass_time",
    "payer",
    "place_order",
    "platform_keys",
    "profile",
    "pytest_addhooks",
    "pytest_addoption",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
    "pytest_sessionfinish",
    "pytest_unconfigure",
    "rehearsal",
    "settings",
    "shopper",
]
