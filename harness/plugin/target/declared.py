"""What the merchant declares to have decides what is started: a control without its subject does not apply.

Only a capability is declared away. A wire that the app is not configured for now is left to another run.
Our own shop is started once for each wire. Anybody else's app speaks the one it is configured for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import pytest

from harness.core import dialects as table
from harness.core.control import ALIPAY, ALIPAY_ONLY, MCP
from harness.core.payment import Provider
from harness.merchant.profile import MerchantProfile
from harness.plugin.marks import NO_WIRE, dialect_of, exercises
from harness.plugin.options import OUR_SHOP, Options
from harness.plugin.target.attendance import by_merchant
from harness.plugin.target.policy import TargetPolicy
from harness.plugin.target.prerequisites import Prerequisite, UnmetPrerequisite, unmet_prerequisite
from harness.shop.variants.registry import lacking
from reports.checklist import Checklist

CLIENT_PRICED = "client-priced"
GUEST_ORDERS = "guest-orders"
REFUNDS = "refunds"


@dataclass(frozen=True, slots=True)
class Declared:
    """The merchant's capabilities and wires, and what each control needs of them."""

    capabilities: frozenset[str]
    wires: frozenset[str]
    needed: Mapping[str, str]
    """The capability that a control needs, by its id."""
    shows_page: bool = True
    """Whether the profile says where a shopper pays; else the merchant is ordered from by request."""
    client_priced: bool = False
    """Whether a person rightly names what any order costs."""
    lets_close: bool = True
    """Whether a shopper cancels an order, by what the profile says."""
    lets_refund_to_card: bool = True
    """Whether an abnormal refund goes to a card, by what the profile says."""
    names_orders: bool = True
    """Whether the shopper's side names the purchase, so that the same order can be asked for again."""

    sells_to_person: bool = True
    """Whether a person with a phone pays what the merchant sells, and not what we order at the endpoint."""

    @classmethod
    def by(cls, options: Options, policy: TargetPolicy, checklist: Checklist) -> Self:
        """What the profile says.

        Raises:
            ConfigurationError: it is wrong.
        """
        profile = asked_for(options, policy)
        needed = {each.id: each.capability for each in checklist.controls if each.capability is not None}
        return cls(
            profile.capabilities,
            _wires(options, policy, profile),
            needed,
            shows_page=profile.paths.payment is not None or profile.order.qr is None,
            client_priced=CLIENT_PRICED in profile.capabilities and profile.lets_name_amounts,
            lets_close=profile.lets_close,
            lets_refund_to_card=profile.lets_refund_to_card,
            names_orders=profile.names_orders,
            sells_to_person=not options.attended or by_merchant(options),
        )

    def lack(self, item: pytest.Item) -> UnmetPrerequisite | None:
        """Why a scenario does not apply to this merchant, or not to this run of it; None: it does."""
        wanted = [self.needed.get(each.control) for each in exercises(item)]
        absent = [each for each in wanted if each is not None and each not in self.capabilities]
        if absent and len(absent) == len(wanted):
            return _declared_away(absent[0])
        if unseen := self._seen_otherwise(item):
            return unseen
        wire = dialect_of(item)
        if not self._asks_merchant(item) or wire in {NO_WIRE, *self.wires}:
            return None
        return self._without_wire(wire)

    def _asks_merchant(self, item: pytest.Item) -> bool:
        """Whether it is the merchant that orders: in a rehearsal, and for a person who pays what it sells."""
        return "profile" in getattr(item, "fixturenames", ()) or (
            self.sells_to_person and item.get_closest_marker("phone") is not None
        )

    def _without_wire(self, wire: str) -> UnmetPrerequisite:
        if MCP not in self.capabilities and wire not in table.dialects(classic=True):
            return _declared_away(MCP)
        if ALIPAY not in self.capabilities and wire in _ALIPAYS:
            return _declared_away(ALIPAY)
        if table.dialect(wire).sampled:
            return UnmetPrerequisite(Prerequisite.CAPABILITY, _NOT_SAID)
        if ALIPAY_ONLY in self.capabilities:
            why = f"the merchant's profile declares {ALIPAY_ONLY}: it takes no WeChat Pay"
            return UnmetPrerequisite(Prerequisite.CAPABILITY, why)
        spoken = ", ".join(each for each in table.dialects() if each in self.wires)
        return UnmetPrerequisite(
            Prerequisite.WIRE,
            f"the merchant's orders go over {spoken}, by its profile and settings: configure the same build "
            f'for {wire}, write dialect = "{wire}" and run again; what both runs find counts together',
        )

    def _seen_otherwise(self, item: pytest.Item) -> UnmetPrerequisite | None:
        """Why another scenario of the same control is the one for this merchant."""
        otherwise = {
            "on_page": not self.shows_page
            and "the merchant is ordered from by request ([order] in its profile): its answer is judged, "
            "and with paths.payment its page in a browser",
            "by_request": self.shows_page and "the merchant's page is judged in a browser",
            "priced_by_app": self.client_priced
            and f"the merchant's profile declares {CLIENT_PRICED}: a person names what an order costs",
            "by_members": GUEST_ORDERS in self.capabilities
            and f"the merchant's profile declares {GUEST_ORDERS}: who has no account may order, too",
            "by_cancelling": not self.lets_close
            and "by its profile no shopper cancels an order; where one can, [close] says how",
            "by_card": not self.lets_refund_to_card
            and "by its profile no refund goes to a card; where one can, [card_refund] says how",
            "by_refunding": REFUNDS not in self.capabilities and _no(REFUNDS),
            "same_order": not self.names_orders
            and "the merchant names its orders itself: by its profile nobody can ask for the same one again",
            "named_by_app": self.names_orders
            and "the shopper's side names the purchase: the same order is asked for again",
        }
        found = (why for mark, why in otherwise.items() if why and item.get_closest_marker(mark) is not None)
        return next((UnmetPrerequisite(Prerequisite.CAPABILITY, why) for why in found), None)


_ALIPAYS = frozenset(table.dialects(provider=Provider.ALIPAY, sampled=True))
_NOT_SAID = "neither profile nor settings say that the merchant pays by Alipay over an MCP endpoint"
DECLARED = pytest.StashKey[Declared]()


def asked_for(options: Options, policy: TargetPolicy) -> MerchantProfile:
    """The profile of the merchant that a run is about, less what the run or its settings leave out.

    Raises:
        ConfigurationError: it is wrong.
    """
    profile = MerchantProfile.load(options.merchant).without(lacking(options.variants))
    settings = policy.settings
    if options.merchant == OUR_SHOP and settings is not None and settings.alipay is None:
        return profile.without({ALIPAY})  # our shop takes it where its settings have it
    return profile


def unmet(item: pytest.Item, policy: TargetPolicy, declared: Declared) -> UnmetPrerequisite | None:
    """What keeps a scenario from starting: the merchant has no such thing, or the target lacks something."""
    return declared.lack(item) or unmet_prerequisite(item, policy)


def _declared_away(capability: str) -> UnmetPrerequisite:
    return UnmetPrerequisite(Prerequisite.CAPABILITY, _no(capability))


def _no(capability: str) -> str:
    return f"the merchant's profile declares no {capability} among its capabilities"


def _wires(options: Options, policy: TargetPolicy, profile: MerchantProfile) -> frozenset[str]:
    """Those of the providers that the merchant has."""
    found = _configured_wires(options, policy, profile)
    if ALIPAY_ONLY in profile.capabilities:
        return found & _ALIPAYS
    return found if ALIPAY in profile.capabilities else found - _ALIPAYS


def _configured_wires(options: Options, policy: TargetPolicy, profile: MerchantProfile) -> frozenset[str]:
    """The profile's word; else what the settings say that the app reads, too; else every wire there is."""
    classic = frozenset(table.dialects(classic=True))
    if MCP not in profile.capabilities:
        return classic
    if options.merchant == OUR_SHOP:
        return frozenset(table.dialects(sampled=True))
    if profile.dialect is not None:
        return frozenset({profile.dialect})
    settings = policy.settings
    if settings is not None and not settings.mcp.enabled:
        return classic
    if settings is not None and settings.mcp.dialect is not None:
        return frozenset({settings.mcp.dialect})
    return frozenset(table.dialects())
