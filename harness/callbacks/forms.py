"""The parts of a form of callbacks, found by its row: the genuine one, and every attack on it.

    form = form_of("apiv3")
    callback = form.genuine.build(issuer, resource)
    for attack in form.attacks_for("CBK-02"):
        answer = merchant.deliver(attack.forge(issuer, resource))

Each attack is refused by a complete verifier, and each carries the resource of a real payment: a merchant
that lets one through credits money on a forger's word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from harness.callbacks.attack import Attack
from harness.callbacks.callback import Callback, Issuer, OldForm
from harness.callbacks.made_up import MadeUp
from harness.callbacks.mutations import Mutable
from harness.core.dialects import CallbackForm, callback_form, callback_forms, dialects
from harness.core.errors import UsageError


class Genuine(Protocol):
    """The module `genuine` of a form."""

    def compose(self, issuer: Issuer, resource: Mapping[str, object], *, event_type: str = ...) -> bytes:
        """What every delivery of one notification has in common."""
        ...

    def signed(self, issuer: Issuer, body: bytes) -> Callback:
        """One delivery of it, signed now."""
        ...

    def signed_before(self, issuer: Issuer, body: bytes, seconds: int) -> Callback:
        """One delivery of it, signed so many seconds ago."""
        ...

    def build(self, issuer: Issuer, resource: Mapping[str, object]) -> Callback:
        """Both in one."""
        ...


class Attacks(Protocol):
    """The module `attacks` of a form."""

    ATTACKS: tuple[Attack, ...]

    def by_another_key(self, issuer: Issuer, body: bytes) -> Callback:
        """A delivery signed with a stranger's key."""
        ...

    def as_probe(self, issuer: Issuer, body: bytes) -> Callback:
        """A delivery as signature-probing traffic (facts 2.7)."""
        ...

    def unsigned(self, issuer: Issuer, body: bytes) -> Callback:
        """A delivery without a signature."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """One form of callbacks."""

    row: CallbackForm
    genuine: Genuine
    attacks: Attacks

    @property
    def variations(self) -> tuple[Attack, ...]:
        """Genuine callbacks in a shape that is rare, and is to be credited all the same."""
        found: tuple[Attack, ...] = getattr(self.attacks, "VARIATIONS", ())
        return found

    @property
    def old_form(self) -> OldForm | None:
        """How refunds were told before; None: never otherwise."""
        found: OldForm | None = getattr(self.genuine, "OLD_FORM", None)
        return found

    @property
    def under_unknown_serial(self) -> Callable[[Issuer, bytes], Callback] | None:
        """Makes a delivery under a serial of no key; None: deliveries of this form name none."""
        found: Callable[[Issuer, bytes], Callback] | None = getattr(
            self.attacks, "under_unknown_serial", None
        )
        return found

    @property
    def mutations(self) -> Mutable | None:
        """What may be edited in its callbacks; nothing where the form does not say."""
        found: Mutable | None = getattr(self.attacks, "MUTATIONS", None)
        return found

    @property
    def makes_up(self) -> bool:
        """Whether payments can be made up for it."""
        return find_spec(f"{self.row.package}.made_up") is not None

    @property
    def made_up(self) -> MadeUp:
        """What makes payments up for it.

        Raises:
            UsageError: nothing does.
        """
        name = f"{self.row.package}.made_up"
        if not self.makes_up:
            raise UsageError(
                f"nothing makes payments up for callbacks of {self.row.id}",
                where=name,
                remedy="add that module, with the members of harness.callbacks.made_up.MadeUp",
            )
        return cast("MadeUp", import_module(name))

    def attacks_for(self, control: str) -> tuple[Attack, ...]:
        """The attacks that exercise one control, e.g. `CBK-02`; none for a control without any."""
        return tuple(each for each in self.attacks.ATTACKS if each.control == control)


def form_of(id_: str) -> Form:
    """The form of that id."""
    row = callback_form(id_)
    genuine, attacks = (import_module(f"{row.package}.{name}") for name in ("genuine", "attacks"))
    return Form(row, cast("Genuine", genuine), cast("Attacks", attacks))


def every_form() -> tuple[Form, ...]:
    """All forms there are."""
    return tuple(form_of(row.id) for row in callback_forms())


def played_forms() -> tuple[Form, ...]:
    """Those in which an order is called back that a scenario can place."""
    return tuple(form for form in every_form() if dialects(callbacks=form.row.id))
