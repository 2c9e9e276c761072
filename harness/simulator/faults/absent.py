"""What a rule names that is not here: it is no mistake, and it hits nobody before that comes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from harness.core.control import Text
from harness.core.dialects import dialect as row_of
from harness.core.did_you_mean import did_you_mean
from harness.levers.actions import CALLBACKS, PAYING
from harness.levers.models import Fault

_ACCOUNT = Text(
    zh="目前没有账户 {account}，规则不会命中任何请求；现有 {known}",
    en="nobody here has the account {account} so far, so it hits nothing: {near}",
)
_ORDER = Text(
    zh="目前没有订单 {number}，下单之前规则不会命中任何请求",
    en="there is no order {number} so far, so it hits nothing before that is placed",
)
_OPERATION = Text(
    zh="{wires} 上没有操作 {operation}，规则不会命中任何请求",
    en="there is no operation {operation} on {wires}, so it hits nothing",
)
_PLACED_BY_IT = ("create", "any")
"""Operations that come before their order is there."""


@dataclass(frozen=True, slots=True)
class Present:
    """What is there to be hit.

    Args:
        accounts: what either platform calls each merchant.
        has_order: whether any account has an order of this number.
        operations: of each dialect what its requests ask for; empty: nobody knows.
    """

    accounts: Callable[[], Collection[str]]
    has_order: Callable[[str], bool]
    operations: Callable[[], Mapping[str, Collection[str]]]

    def lacks(self, rule: Fault) -> list[Text]:
        """Why a rule hits nothing as things stand; nothing where it may."""
        found = []
        if rule.account is not None and rule.account not in (known := self.accounts()):
            near = did_you_mean(rule.account, known)
            found.append(_ACCOUNT.filled(account=rule.account, near=near, known=", ".join(known)))
        number = rule.out_trade_no
        if number is not None and rule.operation not in _PLACED_BY_IT and not self.has_order(number):
            found.append(_ORDER.filled(number=number))
        if wires := self._without(rule):
            found.append(_OPERATION.filled(operation=rule.operation, wires=", ".join(wires)))
        return found

    def _without(self, rule: Fault) -> list[str]:
        """The wires that a rule is about, where none of them has its operation."""
        if rule.operation in ("any", PAYING, *CALLBACKS):
            return []
        meant = {
            id_: known
            for id_, known in self.operations().items()
            if rule.dialect in (None, id_) and rule.provider in (None, row_of(id_).provider)
        }
        there = any(not known or rule.operation in known for known in meant.values())
        return [] if there else list(meant)
