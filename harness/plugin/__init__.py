"""The pytest plugin: options, fixtures, `@control`, and the recorder that turns scenarios into checks.

It does nothing unless scenarios (tests that carry `@control`) are collected.
"""

from harness.gateways.mcp.gateway import Era as McpEra
from harness.plugin.fixtures.browsers import (
    WeChatShopper,
    desktop_page,
    payer,
    payer_page,
    phone_page,
    phone_shopper,
    shopper,
    sign_in_state,
    signed_in_page,
    wechat_page,
    wechat_shopper,
)
from harness.plugin.fixtures.callback_issuer import issuer
from harness.plugin.fixtures.daily_limit import DailyLimit, daily_limit, day_total
from harness.plugin.fixtures.endpoint import (
    Endpoint,
    configuration,
    endpoint,
    levers,
    platform_keys,
    settings,
)
from harness.plugin.fixtures.faults import clean_faults, recovered
from harness.plugin.fixtures.gateways import (
    OpenMcp,
    RawEndpoint,
    apiv3_gateway,
    dialect,
    dialect_settings,
    gateway,
    merchant_environment,
    open_mcp,
    raw_endpoint,
)
from harness.plugin.fixtures.load import Load, load
from harness.plugin.fixtures.merchant import (
    ledger_comparison,
    merchant,
    merchant_key,
    observer,
    pass_time,
    profile,
)
from harness.plugin.fixtures.order_lookup import OrderLookup, order_lookup
from harness.plugin.fixtures.orders import PlacedOrder, PlaceOrder, place_order
from harness.plugin.fixtures.run import journal, options, rehearsal
from harness.plugin.hooks import (
    pytest_addhooks,
    pytest_addoption,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_generate_tests,
    pytest_runtest_makereport,
    pytest_runtest_protocol,
    pytest_runtest_setup,
    pytest_sessionfinish,
    pytest_unconfigure,
)
from harness.plugin.marks import control
from harness.plugin.session.journal import Journal
from harness.plugin.session.ledger_comparison import LedgerComparison
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.target.prerequisites import Prerequisite, needs
from harness.plugin.workers.scheduler import pytest_runtestloop
from harness.settings.finding import ConfigurationReport
from harness.settings.model import Settings

__all__ = [
    "ConfigurationReport",
    "DailyLimit",
    "Endpoint",
    "Journal",
    "LedgerComparison",
    "Load",
    "McpEra",
    "OpenMcp",
    "OrderLookup",
    "PlaceOrder",
    "PlacedOrder",
    "Prerequisite",
    "RawEndpoint",
    "Rehearsal",
    "Settings",
    "WeChatShopper",
    "apiv3_gateway",
    "clean_faults",
    "configuration",
    "control",
    "daily_limit",
    "day_total",
    "desktop_page",
    "dialect",
    "dialect_settings",
    "endpoint",
    "gateway",
    "issuer",
    "journal",
    "ledger_comparison",
    "levers",
    "load",
    "merchant",
    "merchant_environment",
    "merchant_key",
    "needs",
    "observer",
    "open_mcp",
    "options",
    "order_lookup",
    "pass_time",
    "payer",
    "payer_page",
    "phone_page",
    "phone_shopper",
    "place_order",
    "platform_keys",
    "profile",
    "pytest_addhooks",
    "pytest_addoption",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
    "pytest_runtest_setup",
    "pytest_runtestloop",
    "pytest_sessionfinish",
    "pytest_unconfigure",
    "raw_endpoint",
    "recovered",
    "rehearsal",
    "settings",
    "shopper",
    "sign_in_state",
    "signed_in_page",
    "wechat_page",
    "wechat_shopper",
]
