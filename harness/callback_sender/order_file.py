"""An order that somebody made up: a YAML or JSON file, which says as little as its number and what it costs.

    form: apiv3                    # or alipay, envelope: golive callback list
    out_trade_no: T20261130-0001   # as your app knows it
    total: 1990                    # fen
    notify_url: http://127.0.0.1:3000/notify

What it leaves out comes from the settings file, or is made up as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AwareDatetime, Field, JsonValue, ValidationError

from harness.callback_sender.keys import MerchantFile, signing_for
from harness.callback_sender.order import CallbackOrder
from harness.callbacks.forms import Form, form_of
from harness.callbacks.made_up import Payment, Resource
from harness.core.clock import wire_now
from harness.core.control import Model
from harness.core.dialects import callback_forms
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.core.money import Fen

LARGEST_FILE = 64 * 1024
"""Bytes; an order with every member is under a kilobyte."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one where PyYAML was built with it."""
_DEEPEST = 20
Amount = Annotated[Fen, Field(ge=1, le=10_000_000_000)]
"""Fen; Alipay takes a hundred million yuan, WeChat less."""
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))
]
"""When it was paid; at the ends of the calendar no moment is earlier, or later in another zone."""


class MadeUpRefund(Model):
    """A refund of it that the merchant has asked for."""

    out_refund_no: str = Field(min_length=1, max_length=64)
    amount: Amount | None = None
    """Fen that `partial-refund` gives back; None: half. `refund` gives back all of it."""


class MadeUpOrder(Model):
    """What such a file may say."""

    form: str
    """Of callbacks: `apiv3`, `alipay` or `envelope`."""
    out_trade_no: str = Field(min_length=1, max_length=64)
    total: Amount
    """Fen."""
    transaction_id: str = Field(default="", max_length=64)
    """The platform's own number; empty: a new one."""
    appid: str = ""
    """Empty: the settings file's."""
    account: str = ""
    """mchid or seller_id; empty: the settings file's."""
    payer: str = ""
    """openid or buyer_id; empty: somebody's."""
    subject: str = "golive"
    paid: Moment | None = None
    """When; None: now."""
    notify_url: str = ""
    """Where the merchant is called back; empty: the settings file's."""
    coupon: Amount | None = None
    """Fen that `coupon` gives; None: half."""
    refund: MadeUpRefund | None = None
    members: Mapping[str, JsonValue] = Field(default_factory=dict)
    """Members of the payment as the platform's own words have them: in place of ours, or beside them."""


@dataclass(frozen=True, slots=True)
class _Read:
    order: MadeUpOrder
    form: Form
    where: str


def order_of_file(
    path: Path, settings: MerchantFile, platform_key: Path | None, *, late_s: int
) -> CallbackOrder:
    """The order of a file.

    Raises:
        UsageError: the file cannot be read, or says something that is no order.
        ConfigurationError: neither it nor the settings file says whose order it is, or by whom it is signed.
        EnvironmentUnreachable: the simulator whose keys are meant does not answer.
    """
    read = _read(path)
    order, form = read.order, read.form
    made_up = form.made_up
    resource = made_up.payment(
        Payment(
            out_trade_no=order.out_trade_no,
            transaction_id=order.transaction_id or _number_of(order),
            total=order.total,
            appid=order.appid or settings.needed(made_up.APP),
            account=order.account or settings.needed(made_up.ACCOUNT),
            payer=order.payer or made_up.PAYER,
            subject=order.subject,
            paid=order.paid or wire_now(),
        )
    )
    with_members = _with(resource, order.members, "members", path)
    if not _can_be_told_otherwise(form, with_members, late_s):
        raise UsageError(
            "its members tell no amount, or no moment, that can be read",
            where=str(path),
            remedy="write them as the platform does, or leave them out of members",
        )
    return CallbackOrder(
        form=form,
        issuer=signing_for(form, settings, platform_key),
        out_trade_no=order.out_trade_no,
        resource=with_members,
        notify_url=order.notify_url or settings.value(made_up.NOTIFY_URL),
        source=str(path),
        standing="made-up",
        late_s=late_s,
        altered=any(with_members.get(name) != resource.get(name) for name in made_up.BOOKED_BY),
        given=order.coupon,
        refund_no=order.refund.out_refund_no if order.refund else "",
        refund_part=order.refund.amount if order.refund else None,
    )


def _read(path: Path) -> _Read:
    where = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(
            f"the order cannot be read: {error.strerror}", where=where, remedy="name a file that is there"
        ) from None
    if len(raw) > LARGEST_FILE:
        raise UsageError(
            "the file is larger than 64 KiB, which no order is", where=where, remedy="name another"
        )
    try:
        text = raw.decode("utf-8-sig")
        _look_through(text)
        twice = _said_twice(yaml.compose(text, _LOADER))
        said = yaml.load(text, _LOADER)  # noqa: S506 - either is a safe loader
    except (UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise UsageError(
            "the file is neither YAML nor JSON in UTF-8",
            where=f"{where}{line}",
            remedy="see golive callback send --help for its form",
        ) from None
    if twice is not None:
        raise UsageError(
            f"{twice.value} stands there twice",
            where=f"{where}, line {twice.start_mark.line + 1}",
            remedy="say it once",
        )
    if not isinstance(said, dict):
        raise UsageError(
            "an order is members with values",
            where=where,
            remedy="write form, out_trade_no and total, each on a line of its own",
        )
    try:
        order = MadeUpOrder.model_validate(said)
    except ValidationError as error:
        wrong = "; ".join(f"{_place(each['loc'])}: {each['msg']}" for each in error.errors()[:5])
        raise UsageError(
            f"this is no order: {wrong}",
            where=where,
            remedy=f"known are {', '.join(MadeUpOrder.model_fields)}; amounts are fen, moments have a zone, "
            "and a moment or digits alone stand in quotes where they are a text",
        ) from None
    forms = [each.id for each in callback_forms()]
    if order.form not in forms:
        raise UsageError(
            f"there is no form of callbacks {order.form[:80]!r}",
            where=where,
            remedy=did_you_mean(order.form, forms),
        )
    return _Read(order, form_of(order.form), where)


def _look_through(text: str) -> None:
    """Look at every event before anything is built: few characters could nest or repeat without end.

    Raises:
        YAMLError: it is no YAML, nests too deep, or has an alias, which no order needs.
    """
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.YAMLError


def _said_twice(node: yaml.Node | None) -> yaml.ScalarNode | None:
    """The first name that an object of a file has twice, the later of the two; YAML itself takes the last."""
    if isinstance(node, yaml.SequenceNode):
        return next((twice for each in node.value if (twice := _said_twice(each))), None)
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode):
                if name.value in names:
                    return name
                names.add(name.value)
            if twice := _said_twice(value):
                return twice
    return None


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc)) or "the file"


def _with(resource: Resource, members: Mapping[str, JsonValue], within: str, path: Path) -> Resource:
    """With those members in place of ours; objects are merged.

    Args:
        within: where in the file they stand.

    Raises:
        UsageError: one is of another kind than ours, out of which refunds, coupons and forgeries are made.
    """
    merged = dict(resource)
    for name, value in members.items():
        own = merged.get(name)
        if isinstance(own, Mapping) and isinstance(value, Mapping):
            merged[name] = _with(own, value, f"{within}.{name}", path)
        elif name not in merged or type(value) is type(own):
            merged[name] = value
        else:
            raise UsageError(
                f"{within}.{name} is of another kind than the platform's own",
                where=str(path),
                remedy="a text stays a text (in quotes), a number a number, an object an object",
            )
    return merged


def _can_be_told_otherwise(form: Form, resource: Resource, late_s: int) -> bool:
    """Whether amount and moment can be read, out of which refunds, coupons and late ones are made."""
    try:
        form.made_up.earlier(resource, late_s)
        return form.made_up.total(resource) > 0
    except (ValueError, OverflowError):
        return False


def _number_of(order: MadeUpOrder) -> str:
    """28 digits, as either platform's numbers have: the same for one order each time, for a merchant that
    books one payment may refuse another one."""
    digest = hashlib.sha256(f"{order.out_trade_no} {int(order.total)}".encode()).hexdigest()
    return f"4200{int(digest, 16) % 10**24:024d}"
