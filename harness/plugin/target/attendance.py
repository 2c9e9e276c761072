"""Who is there for a scenario: a platform that is played, a person with a phone, or nobody.

Three kinds of scenarios share a control that a real payment confirms. One plays the platform, and is for a
rehearsal alone. One takes a person with a phone, and is for `golive pay`. The rest run unattended. What a run
leaves to another is told as that, so that their evidence counts together.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import pytest

from harness.core import dialects as table
from harness.core.errors import UnsafeRequest, UsageError
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.merchant.profile import MerchantProfile
from harness.plugin.attended.desk import Desk
from harness.plugin.marks import dialect_of
from harness.plugin.options import OPTIONS, OUR_SHOP, Options
from harness.plugin.target.needs import Prerequisite, UnmetPrerequisite
from harness.plugin.target.policy import TargetPolicy

LEAST = 1
"""Fen that an attended payment is worth unless told otherwise."""


def with_phone(way: str = "") -> pytest.MarkDecorator:
    """Declare that a scenario takes a person with a phone.

    Args:
        way: how they pay: `qr`, `h5` or `jsapi`; empty: it looks at whatever was paid on its wire.
    """
    return pytest.mark.phone(way)


def is_for_phone(item: pytest.Item) -> bool:
    """Whether a scenario takes a person with a phone."""
    return next(iter(item.iter_markers("phone")), None) is not None


def sells_to_person(item: pytest.Item, options: Options) -> bool:
    """Whether the merchant's own app makes the order that a person pays in this scenario."""
    return options.attended and by_merchant(options) and is_for_phone(item)


def refuse_unattended(items: Sequence[pytest.Item], options: Options, policy: TargetPolicy) -> None:
    """Return when what was asked for is a payment that a person can attend.

    Raises:
        UsageError: the platform is played, or no wire of the target's can be paid so.
    """
    if policy.played:
        raise UsageError(
            f"the target {options.target} is played by its levers, and nobody with a phone can pay there",
            where="--target",
            remedy="name a real target; to try it without one, `golive simulator --tls ca.pem "
            "--write-env FILE` serves one over TLS, and its settings name no levers",
        )
    payable = [item for item in items if is_for_phone(item) and way_of(item) and _chosen(item, options)]
    if not [item for item in payable if dialect_of(item) in policy.dialects]:
        spoken = ", ".join(each for each in table.dialects(sampled=True) if each in policy.dialects)
        raise UsageError(
            f"no payment of that kind goes over a wire of this target, which speaks {spoken}",
            where="--scenario, --provider, --wire",
            remedy="Alipay has qr and h5; its settings stand in the same file, as ALIPAY_…",
        )


def refuse_unaffordable(started: Sequence[pytest.Item], options: Options) -> None:
    """Return when every payment that was asked for can be ordered within the budget; nothing was yet.

    Raises:
        UnsafeRequest: they do not fit.
        UsageError: H5 at the endpoint without the phone's address.
    """
    if not by_merchant(options) and not options.phone_ip and any(map(_is_h5_of_wechats, started)):
        raise UsageError(
            "an H5 order names the payer's address, and WeChat refuses a phone that comes from another",
            where="--phone-ip",
            remedy="pass the phone's public address, or let your app order: --merchant PROFILE",
        )
    count = sum(1 for item in started if is_for_phone(item) and way_of(item))
    each = options.amount or Fen(LEAST)
    if by_merchant(options):
        each = MerchantProfile.load(options.merchant).price_of(each)
    if options.budget is not None and count * each > options.budget:
        raise UnsafeRequest(
            f"{count} payments of {each} fen do not fit into the budget of {options.budget} fen; "
            "nothing was ordered",
            where="--budget-fen",
            remedy=f"allow {count * each} with --budget-fen, or pay less: --scenario, --wire, --amount",
        )


def _is_h5_of_wechats(item: pytest.Item) -> bool:
    wechats = table.dialects(provider=Provider.WECHAT)
    return is_for_phone(item) and way_of(item) == "h5" and dialect_of(item) in wechats


def way_of(item: pytest.Item) -> str:
    """How a scenario for a person is paid; empty: it makes no order of its own."""
    return str(next(item.iter_markers("phone")).args[0])


def unmet_attendance(item: pytest.Item) -> UnmetPrerequisite | None:
    """Who is missing for a scenario at a target that nobody plays; None: whoever it needs is there."""
    options = item.config.stash.get(OPTIONS, None) if hasattr(item, "config") else None
    if is_for_phone(item):
        return _unmet_phone(item, options)
    if next(item.iter_markers("rehearsed"), None) is not None:
        return _REHEARSED
    return _LEFT if options is not None and options.attended else None


def _unmet_phone(item: pytest.Item, options: Options | None) -> UnmetPrerequisite | None:
    command = command_for(item, options)
    if options is None or not options.attended or not _chosen(item, options):
        return _missing(
            f"pay with a phone: `{command}` draws what to scan, waits for the payment, and asks what the "
            "phone showed"
        )
    desk = Desk.of(item.config)
    if desk is None or not desk.attended:
        return _missing(
            "nobody is here to pay: the input is no terminal, and no --answers were given; run "
            f"`{command}` in a terminal"
        )
    if not way_of(item) and not by_merchant(options):
        return _missing(
            "our own gateways order, so nobody sees a page of the app, or what becomes of its callback: pay "
            "what the app sells, with --merchant PROFILE and without --direct"
        )
    return None


def _missing(message: str) -> UnmetPrerequisite:
    return UnmetPrerequisite(Prerequisite.PHONE, message)


def played_instead(item: pytest.Item) -> UnmetPrerequisite | None:
    """Why a scenario for a person does not apply where the platform is played; None: it is none."""
    if not is_for_phone(item):
        return None
    return UnmetPrerequisite(
        Prerequisite.CAPABILITY,
        "the platform is played, and so is whoever pays: it is judged without anybody",
    )


def by_merchant(options: Options) -> bool:
    """Whether the merchant's own app makes the orders of an attended run."""
    return options.merchant != OUR_SHOP and not options.direct


def command_for(item: pytest.Item, options: Options | None) -> str:
    """What to type so that a person attends this very scenario."""
    dialect = dialect_of(item)
    provider = table.dialect(dialect).provider
    target = "experience" if options is None else options.target
    words = ["golive", "pay", "--attended", "--target", target, "--budget-fen", str(LEAST)]
    if options is not None:
        words += ["--env-file", str(options.env_file)] if options.env_file else []
        words += ["--ca-file", str(options.ca_file)] if options.ca_file else []
        words += ["--merchant", options.merchant] if options.merchant != OUR_SHOP else []
    words += ["--provider", "alipay"] if provider is Provider.ALIPAY else []
    words += ["--scenario", way_of(item) or "qr", "--wire", dialect]
    return shlex.join(words)


def _chosen(item: pytest.Item, options: Options) -> bool:
    dialect, way = dialect_of(item), way_of(item)
    return (
        (not way or way in (options.ways or {"qr"}))
        and table.dialect(dialect).provider == options.payer
        and (not options.wires or dialect in options.wires)
    )


_REHEARSED = UnmetPrerequisite(
    Prerequisite.PLAYED,
    "a rehearsal plays the payer of this one; here a person pays with a phone (`golive pay`)",
)
_LEFT = UnmetPrerequisite(
    Prerequisite.UNATTENDED,
    "it needs nobody: `golive run` at the same target exercises it, and both count together",
)
