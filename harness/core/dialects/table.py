"""The rows of all dialects: asked by id or by what they can do, and added to by installed packages."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from harness.core.dialects import alipay, wechat
from harness.core.dialects.spec import CallbackForm, DialectSpec, Operation
from harness.core.errors import HarnessError, UsageError
from harness.core.payment import Product, Provider

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


for _ours in (wechat, alipay):
    for _form in _ours.FORMS:
        register_callbacks(_form)
    for _row in _ours.ROWS:
        register(_row)
