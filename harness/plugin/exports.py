"""What scenarios import from `harness.plugin`: the marks, and the types of its fixtures."""

from harness.merchant.ledger_comparison import LedgerComparison
from harness.plugin.fixtures.alert_drills import AlertDrill
from harness.plugin.fixtures.attack_series import Target
from harness.plugin.fixtures.attacks import Attacks
from harness.plugin.fixtures.browsers import AlipayShopper, WeChatShopper
from harness.plugin.fixtures.callback_door import CallbackDoor, Knocked
from harness.plugin.fixtures.certificates import Certificates
from harness.plugin.fixtures.changed_orders import ChangedOrders, SentOrder
from harness.plugin.fixtures.crashes import Crashes
from harness.plugin.fixtures.daily_limit import DailyLimit
from harness.plugin.fixtures.double_clicks import DoubleClicks
from harness.plugin.fixtures.drills import Drilled, Drills
from harness.plugin.fixtures.driven_figures import DrivenFigures
from harness.plugin.fixtures.endpoint import Endpoint, ProductionProfile
from harness.plugin.fixtures.key_rotation import KeyRotation
from harness.plugin.fixtures.load import Load
from harness.plugin.fixtures.order_bursts import OrderBursts
from harness.plugin.fixtures.order_lookup import OrderLookup
from harness.plugin.fixtures.orders import PlacedOrder, PlacedOrders
from harness.plugin.fixtures.other_shoppers import OtherShoppers
from harness.plugin.fixtures.own_tests import ImportedTests
from harness.plugin.fixtures.phone_payments import PhonePayments
from harness.plugin.fixtures.query_chances import QueryChances
from harness.plugin.fixtures.reconciliations import Reconciliations
from harness.plugin.fixtures.refunds import PaidOrder, Refunds
from harness.plugin.fixtures.resends import Resends
from harness.plugin.fixtures.sequences import Sequences
from harness.plugin.fixtures.served_secrets import SecretSearch
from harness.plugin.fixtures.transport import Site, WayToTheEndpoint
from harness.plugin.fixtures.vulnerability_scans import VulnerabilityScans
from harness.plugin.fixtures.watched_days import WatchedDays
from harness.plugin.marks import control
from harness.plugin.session.journal import Journal
from harness.plugin.session.noted import noted
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.target.attendance import with_phone
from harness.plugin.target.prerequisites import Prerequisite, needs
from harness.settings.finding import ConfigurationReport
from harness.settings.model import Settings
from harness.verdict.page_loads import PageLoads

__all__ = [
    "AlertDrill",
    "AlipayShopper",
    "Attacks",
    "CallbackDoor",
    "Certificates",
    "ChangedOrders",
    "ConfigurationReport",
    "Crashes",
    "DailyLimit",
    "DoubleClicks",
    "Drilled",
    "Drills",
    "DrivenFigures",
    "Endpoint",
    "ImportedTests",
    "Journal",
    "KeyRotation",
    "Knocked",
    "LedgerComparison",
    "Load",
    "OrderBursts",
    "OrderLookup",
    "OtherShoppers",
    "PageLoads",
    "PaidOrder",
    "PhonePayments",
    "PlacedOrder",
    "PlacedOrders",
    "Prerequisite",
    "ProductionProfile",
    "QueryChances",
    "Reconciliations",
    "Refunds",
    "Rehearsal",
    "Resends",
    "SecretSearch",
    "SentOrder",
    "Sequences",
    "Settings",
    "Site",
    "Target",
    "VulnerabilityScans",
    "WatchedDays",
    "WayToTheEndpoint",
    "WeChatShopper",
    "control",
    "needs",
    "noted",
    "with_phone",
]
