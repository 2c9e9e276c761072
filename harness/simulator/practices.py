"""The places where a simulated platform can go wrong, each with the right way as its default.

The simulator asks its practices at exactly these points. A deliberate defect (`defects`) replaces one of
them, so what a defect changes can be read off in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

SINGLE_LIMIT = 10_000
"""Fen that one payment of the experience edition may be worth: 100.00 yuan."""
DAY_LIMIT = 100_000
"""Fen that the orders of one Beijing day may add up to: 1,000.00 yuan."""

LONGEST_EXPIRY = timedelta(days=15)
"""How long an order may be payable at most; other documents name 7 and 90 days (facts 3.3, 11)."""

Setting = Callable[[str, str], str]
"""What a setting is handed out as: (its right value, the merchant's own public key) to a wrong one."""


class OlderRefunds(StrEnum):
    """What older documents say of refunds otherwise than the newest, and may be played instead."""

    ORDER_STATE = "order-state"
    CODES = "codes"
    PROMOTIONS = "promotions"

    @property
    def practice(self) -> str:
        """The member of `Practices` that plays it."""
        return f"refund_{self.name.lower()}_older"


class DropOut(NamedTuple):
    """Of so many queries in a row the last `failed` are answered with a system error, over and over."""

    answered: int
    failed: int


class Freeze(NamedTuple):
    """Stands still for the last `for_s` of every `every_s`, counted from the first request."""

    for_s: float
    every_s: float


FREEZE = Freeze(for_s=5.0, every_s=15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practices:
    """How a platform goes about its business."""

    # What it hands out.
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))
    """Settings that are handed out wrong, by name."""
    settings_mode: int = 0o600
    """Of the file in which they are kept."""
    commits_settings: bool = False
    """Whether that file was ever committed to the merchant's repository."""
    production: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))
    """Settings of the profile of production that are wrong, by name; handed the experience edition's."""

    # What it permits.
    permits_h5: bool = True
    """Whether merchants may sell by H5, which the portal has to have opened."""

    # What it keeps.
    signing_clock_ahead_s: float = 0.0
    settlement_loses: int = 0
    """Fen that vanish between clearing and the merchant account."""
    notes_dialect: bool = True
    """Whether the trail says which dialect and which request brought an order."""

    longest_expiry: timedelta = LONGEST_EXPIRY
    """After which an order's `time_expire` is cut, where the documents contradict each other."""

    # Refunds, where the documents contradict each other; the default is the newest of them.
    refund_order_state_older: bool = False
    """Whether an order's state becomes REFUND when a refund has succeeded, not when one is accepted."""
    refund_codes_older: bool = False
    """Whether REFUND_FEE_MISMATCH and TRADE_OVERDUE are told; newer tables know INVALID_REQUEST only."""
    refund_promotions_older: bool = False
    """Whether a refunded coupon's type is COUPON, as samples have it, or CASH, as the tables do."""

    agent_refund_limit: int = SINGLE_LIMIT
    """Fen that one refund may be worth which is asked for over MCP or the envelope."""
    agent_refund_day_limit: int = DAY_LIMIT
    """Fen that those of one Beijing day may add up to."""

    # The experience edition.
    single_limit: int | None = SINGLE_LIMIT
    day_limit: int | None = DAY_LIMIT
    day_counts_paid: bool = True
    """Whether what was paid stays in the day's total, or only open orders are in it."""
    day_resets: bool = True
    """Whether a new day starts at nothing, or where the day before it ended."""
    pays_test_account: bool = True
    """Whether payers pay the official test account, and are told that this is the experience edition."""
    edition_gives_back: bool = True
    """Whether payments come back by themselves where that is switched on."""
    told_lifetime: timedelta | None = None
    """What answers say instead of the truth about an order's end; None: the truth."""

    # The envelope.
    signs_envelopes: bool = True

    # The Model Context Protocol.
    any_version: bool = False
    """Whether it claims to speak whatever revision it is asked for."""
    lacks_tool: bool = False
    loose_schemas: bool = False
    query_says_it_writes: bool = False
    rounds_amounts: bool = False
    any_key: bool = False
    any_origin: bool = False
    tells_key: bool = False
    repeat_orders_again: bool = False
    fails_creates: bool = False
    """Whether every order is answered with an internal error, before anybody looks at it."""
    refuses_versions: bool = False
    """Whether every message is answered that its revision is not spoken."""
    retells_attached: bool = False
    """Whether what a merchant attached is told again in a sentence, where data belongs."""
    unfolds_links: bool = False
    """Whether a link in what was attached becomes a block of content of its own."""
    tools_name_goods: bool = False
    """Whether the tool list says what was ordered last."""
    instructs_agents: bool = False
    """Whether the server's instructions order an agent about."""
    introduction_orders: bool = False
    """Whether the description by which the server introduces itself does."""
    prompts_order: bool = False
    """Whether it offers prompts, and the description of one does."""

    # How it holds out under many requests.
    creates_fail_every: int = 0
    """Of so many creates one is answered with a system error; 0: none."""
    callbacks_vanish_every: int = 0
    """Of so many callbacks the first delivery of one is lost; 0: none."""
    freezes: Freeze | None = None
    query_takes_s: float = 0.0
    queries_drop_out: DropOut | None = None
    """Whether queries fail in rows."""
    create_holds_s: float = 0.0
    """How long a create holds what the next one waits for."""
