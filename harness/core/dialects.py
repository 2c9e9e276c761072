"""The table of dialects: what each one can do, and where its parts are made. Nothing else knows one by name.

A dialect is the wire format of one provider's payments. Every room that speaks to a platform has a folder a
dialect, and makes the part that a row names: client (`gateway`), server (`wire`), load requests
(`load_wire`), callbacks. Parts are named, not imported, so that client and server never meet here.

To add a dialect, add its folders and one row. One that lives outside of this tree comes with an installed
package: an entry point in the group `golive.dialects` leads to a function that calls `register`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from harness.core.control import Text
from harness.core.errors import HarnessError, UsageError
from harness.core.payment import Product, Provider
from harness.core.redelivery import ALIPAY, WECHAT, Redelivery

ALL_PRODUCTS = (Product.NATIVE, Product.JSAPI, Product.H5, Product.APP)


class Operation(StrEnum):
    """What a merchant may ask."""

    HANDSHAKE = "handshake"
    """To open a session and be told what is offered."""
    CREATE = "create"
    QUERY = "query"
    QUERY_TRANSACTION = "query-transaction"
    """By the platform's own number."""
    CLOSE = "close"
    REFUND = "refund"


class Telling(StrEnum):
    """What a message of a platform says of itself, beside its business."""

    SIGNATURE = "signature"
    SERIAL = "serial"
    """Which of its keys signed."""
    MOMENT = "moment"
    """When it signed, under the signature."""
    ACCOUNT = "account"
    """Whose order it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackForm:
    """The form in which a platform tells a merchant of a payment; several dialects may share one."""

    id: str
    package: str
    """Has the modules `genuine` (builds it) and `attacks` (`ATTACKS`: every forged one to be refused)."""
    control: str
    """What a forged signature exercises, e.g. `CBK-02`."""
    says_fail: bool
    """Whether a refusal is to say `FAIL` in its body."""
    reader: str
    """Makes its reader in the shop, our own merchant: `module:function`."""
    tells: frozenset[Telling] = frozenset({Telling.SIGNATURE})
    """What a callback in it says of itself: what it does not say, no fault can spoil."""
    had_another: bool = False
    """Whether refunds were told in another form before it, which its `genuine` still has."""
    redelivery: Redelivery = WECHAT
    """How often it is sent again, and which answer ends that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectSpec:
    """One row: a wire format of one provider."""

    id: str
    """As settings, records and marks name it, e.g. `apiv3`."""
    provider: Provider
    title: Text
    classic: bool
    """The provider's own API; the others lead to it through an MCP endpoint, and it stands behind them."""
    operations: frozenset[Operation]
    products: tuple[Product, ...]
    callbacks: str
    """The id of the form its orders are called back in."""
    settings: tuple[str, ...]
    """The variables it reads; the first is where its endpoint is."""
    experience: bool
    """Whether the platform has an edition of it in which no real money moves."""
    gateway: str
    """Makes its client: `module:function`."""
    wire: str
    """Makes its server in the simulator: `module:function`."""
    load_wire: str
    """Makes its requests for a load: `module:function`."""
    answers_tell: frozenset[Telling] = frozenset({Telling.SIGNATURE})
    """What its answers say of themselves: what they do not say, no fault can spoil."""
    bodiless: frozenset[str] = frozenset()
    """Operations that succeed without a body."""
    files: frozenset[str] = frozenset()
    """Operations that are answered with a file, which nothing signs and which has no members."""
    sampled: bool = False
    """Whether only scenarios that ask for it are played over it: what has been judged on a wire of the same
    form is not judged once more. Whoever asks for no sample never meets it."""
    drift: str = ""
    """Makes what asks it for a capture: `module:function`; empty: nothing of it can be captured."""

    def can(self, operation: Operation) -> bool:
        """Whether it has this operation at all."""
        return operation in self.operations

    @property
    def endpoint(self) -> str:
        """The variable that says where its endpoint is."""
        return self.settings[0]


_ORDER = frozenset({Operation.CREATE, Operation.QUERY})
_MCP_SETTINGS = (
    "WECHAT_MCP_ENDPOINT",
    "WECHAT_MCP_API_KEY",
    "WECHAT_MCP_MERCHANT_ID",
    "WECHAT_MCP_PRIVATE_KEY",
    "WECHAT_MCP_PUBLIC_KEY",
)
_ALIPAY_MCP_SETTINGS = (
    "ALIPAY_MCP_ENDPOINT",
    "ALIPAY_MCP_API_KEY",
    "ALIPAY_MCP_MERCHANT_ID",
    "ALIPAY_APP_ID",
    "ALIPAY_PRIVATE_KEY",
    "ALIPAY_PUBLIC_KEY",
)
_FORMS: dict[str, CallbackForm] = {}
_DIALECTS: dict[str, DialectSpec] = {}
_UNREAD = ["golive.dialects"]
"""Entry points whose dialects are not in the table yet: read when it is first asked."""


def register_callbacks(form: CallbackForm) -> None:
    """Add a form of callbacks."""
    _FORMS[form.id] = form


def register(spec: DialectSpec) -> None:
    """Add a dialect, after those there are: the order of rows is the order of rehearsals.

    Raises:
        HarnessError: its id is taken, or nothing is known of its callbacks.
    """
    if spec.id in _DIALECTS or spec.callbacks not in _FORMS:
        raise HarnessError(
            f"dialect {spec.id!r} is there already, or its callbacks {spec.callbacks!r} are unknown",
            where="harness.core.dialects",
            remedy="give it an id of its own, and register the form of its callbacks first",
        )
    _DIALECTS[spec.id] = spec


def dialect(id_: str) -> DialectSpec:
    """The row of that id.

    Raises:
        UsageError: there is none.
    """
    rows = _rows()
    try:
        return rows[id_]
    except KeyError:
        raise UsageError(
            f"there is no dialect {id_!r}", where="dialect", remedy=f"one of {', '.join(rows)}"
        ) from None


def all_dialects() -> tuple[DialectSpec, ...]:
    """Every row, in the order of rehearsals."""
    return tuple(_rows().values())


def dialects(
    *,
    provider: Provider | None = None,
    classic: bool | None = None,
    can: Operation | None = None,
    product: Product | None = None,
    callbacks: str | None = None,
    experience: bool | None = None,
    sampled: bool = False,
) -> tuple[str, ...]:
    """The ids of all rows that fit, in the order of rehearsals; what is not asked for does not matter.

    Args:
        sampled: also those that are judged by a sample.
    """
    return tuple(
        spec.id
        for spec in _rows().values()
        if (sampled or not spec.sampled)
        and provider in (None, spec.provider)
        and classic in (None, spec.classic)
        and (can is None or spec.can(can))
        and (product is None or product in spec.products)
        and callbacks in (None, spec.callbacks)
        and experience in (None, spec.experience)
    )


def mcp_dialects(provider: Provider | None = None) -> tuple[str, ...]:
    """The ids of every row that leads through an MCP endpoint, those that are judged by a sample among them.

    Args:
        provider: whose; None: everybody's.
    """
    return tuple(
        spec.id for spec in _rows().values() if not spec.classic and provider in (None, spec.provider)
    )


def classic_of(provider: Provider) -> DialectSpec:
    """The provider's own API, which stands behind its MCP dialects."""
    return dialect(dialects(provider=provider, classic=True)[0])


def callback_form(id_: str) -> CallbackForm:
    """The form of callbacks of that id."""
    _rows()
    return _FORMS[id_]


def callback_forms() -> tuple[CallbackForm, ...]:
    """Every form there is."""
    _rows()
    return tuple(_FORMS.values())


def _rows() -> dict[str, DialectSpec]:
    """The whole table, with the dialects of installed packages."""
    while _UNREAD:
        for entry in entry_points(group=_UNREAD.pop()):
            entry.load()()
    return _DIALECTS


def made(part: str) -> Any:
    """What a row names as `module:attribute`, imported now."""
    module, _, attribute = part.partition(":")
    return getattr(import_module(module), attribute)


register_callbacks(
    CallbackForm(
        id="apiv3",
        package="harness.callbacks.apiv3",
        control="CBK-02",
        says_fail=True,
        tells=frozenset(Telling),
        had_another=True,
        reader="harness.shop.callbacks.apiv3:open_reader",
    )
)
register_callbacks(
    CallbackForm(
        id="envelope",
        package="harness.callbacks.envelope",
        control="CBK-17",
        says_fail=False,
        tells=frozenset({Telling.SIGNATURE, Telling.MOMENT}),
        reader="harness.shop.callbacks.envelope:open_reader",
    )
)
register_callbacks(
    CallbackForm(
        id="alipay",
        package="harness.callbacks.alipay",
        control="CBK-02",
        says_fail=False,  # whatever is not `success` is a refusal, and nothing reads more of it
        tells=frozenset({Telling.SIGNATURE, Telling.MOMENT, Telling.ACCOUNT}),
        reader="harness.shop.callbacks.alipay:open_reader",
        redelivery=ALIPAY,
    )
)
register(
    DialectSpec(
        id="mcp",
        provider=Provider.WECHAT,
        title=Text.of("MCP：模型上下文协议", "MCP: Model Context Protocol"),
        classic=False,
        operations=_ORDER | {Operation.HANDSHAKE, Operation.CLOSE},
        products=ALL_PRODUCTS,
        callbacks="apiv3",
        settings=_MCP_SETTINGS,
        experience=True,
        answers_tell=frozenset({Telling.ACCOUNT}),
        gateway="harness.gateways.mcp.gateway:open_gateway",
        wire="harness.simulator.wire.mcp.routes:open_wire",
        load_wire="load.users.mcp:LoadWire",
        drift="harness.drift.wires.mcp:open_wire",
    )
)
register(
    DialectSpec(
        id="envelope",
        provider=Provider.WECHAT,
        title=Text.of("信封：带签名的 REST", "Envelope: signed REST"),
        classic=False,
        operations=_ORDER,
        products=ALL_PRODUCTS,
        callbacks="envelope",
        settings=_MCP_SETTINGS,
        experience=True,
        answers_tell=frozenset({Telling.SIGNATURE, Telling.MOMENT, Telling.ACCOUNT}),
        gateway="harness.gateways.envelope.gateway:open_gateway",
        wire="harness.simulator.wire.envelope.routes:open_wire",
        load_wire="load.users.envelope:LoadWire",
        drift="harness.drift.wires.envelope:open_wire",
    )
)
register(
    DialectSpec(
        id="apiv3",
        provider=Provider.WECHAT,
        title=Text.of("传统接口：API v3", "Classic: API v3"),
        classic=True,
        operations=_ORDER | {Operation.QUERY_TRANSACTION, Operation.CLOSE, Operation.REFUND},
        products=ALL_PRODUCTS,
        callbacks="apiv3",
        settings=(
            "WECHAT_PAY_BASE_URL",
            "WECHAT_PAY_APP_ID",
            "WECHAT_PAY_MCH_ID",
            "WECHAT_PAY_APIV3_KEY",
            "WECHAT_PAY_CERT_SERIAL",
            "WECHAT_PAY_PRIVATE_KEY",
            "WECHAT_PAY_PUBLIC_KEY_ID",
            "WECHAT_PAY_PUBLIC_KEY",
            "WECHAT_PAY_NOTIFY_URL",
        ),
        experience=False,
        answers_tell=frozenset(Telling),
        bodiless=frozenset({"close"}),
        files=frozenset({"bill-download"}),
        gateway="harness.gateways.apiv3.gateway:open_gateway",
        wire="harness.simulator.wire.apiv3.routes:open_wire",
        load_wire="load.users.apiv3:LoadWire",
        drift="harness.drift.wires.apiv3:open_wire",
    )
)
register(
    DialectSpec(
        id="alipay-mcp",
        provider=Provider.ALIPAY,
        title=Text.of("支付宝 MCP：模型上下文协议", "Alipay MCP: Model Context Protocol"),
        classic=False,
        operations=_ORDER | {Operation.HANDSHAKE},
        products=(Product.H5, Product.PAGE),
        callbacks="alipay",
        settings=_ALIPAY_MCP_SETTINGS,
        experience=False,
        answers_tell=frozenset(),
        gateway="harness.gateways.mcp.gateway:open_alipay_gateway",
        wire="harness.simulator.wire.alipay_mcp.routes:open_wire",
        load_wire="load.users.alipay_mcp:LoadWire",
        sampled=True,
    )
)
register(
    DialectSpec(
        id="alipay-envelope",
        provider=Provider.ALIPAY,
        title=Text.of("支付宝信封：带签名的 REST", "Alipay envelope: signed REST"),
        classic=False,
        operations=_ORDER,
        products=(Product.NATIVE, Product.H5),
        callbacks="envelope",
        settings=_ALIPAY_MCP_SETTINGS,
        experience=False,
        answers_tell=frozenset({Telling.SIGNATURE, Telling.MOMENT, Telling.ACCOUNT}),
        gateway="harness.gateways.envelope.gateway:open_alipay_gateway",
        wire="harness.simulator.wire.alipay_envelope.routes:open_wire",
        load_wire="load.users.alipay_envelope:LoadWire",
        sampled=True,
    )
)
register(
    DialectSpec(
        id="alipay",
        provider=Provider.ALIPAY,
        title=Text.of("支付宝开放平台：网关", "Alipay: open platform gateway"),
        classic=True,
        operations=_ORDER | {Operation.QUERY_TRANSACTION, Operation.CLOSE, Operation.REFUND},
        products=(*ALL_PRODUCTS, Product.PAGE),
        callbacks="alipay",
        settings=(
            "ALIPAY_GATEWAY",
            "ALIPAY_APP_ID",
            "ALIPAY_PRIVATE_KEY",
            "ALIPAY_PUBLIC_KEY",
            "ALIPAY_SELLER_ID",
            "ALIPAY_NOTIFY_URL",
            "ALIPAY_RETURN_URL",
        ),
        experience=False,
        answers_tell=frozenset({Telling.SIGNATURE, Telling.SERIAL}),
        files=frozenset({"bill-download"}),
        gateway="harness.gateways.alipay.gateway:open_gateway",
        wire="harness.simulator.wire.alipay.routes:open_wire",
        load_wire="load.users.alipay:LoadWire",
        drift="harness.drift.wires.alipay:open_wire",
    )
)
