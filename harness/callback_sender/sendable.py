"""What can be sent: kinds of callbacks, every forgery of the registry and every rare shape, one table a form.

Callbacks are made when they are about to be sent: a hundred forgeries at a slow merchant take longer than a
signature lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.callback_sender.order import CallbackOrder, Notice
from harness.callbacks.answers import Expected, expected_of
from harness.callbacks.attack import Attack
from harness.callbacks.callback import Callback
from harness.callbacks.forms import Form
from harness.core.control import Text
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.core.texts import read_by_control

COPIES = 20
"""Of a duplicate, all at once."""
OLDER_S = 60
"""How long ago the one was signed that comes after a newer one."""
FORGED = "forged"
"""Names all forgeries of a form."""


Made = Callable[[CallbackOrder], Iterator[Callback]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendable:
    """One thing to send: a callback, or several that belong together."""

    id: str
    control: str
    """The control of the checklist that it is about."""
    text: Text
    expected: Expected
    made: Made
    """Makes them one after another, and of a genuine one as many copies as are asked for."""
    count: int = 1
    """How many are sent."""
    at_once: bool = False
    """Whether several go out together, and none waits for another's answer."""
    known: Callable[[CallbackOrder], bool] = lambda order: True
    """Whether the merchant can know what it is told of; where it cannot, any answer will do."""
    as_it_was: bool = True
    """Whether a platform that knows the order tells the same of it when it is asked."""
    ready: Callable[[CallbackOrder], object] = lambda order: None
    """Raises UsageError where it cannot be made of that order, before anything is sent."""

    def expects(self, order: CallbackOrder) -> Expected:
        """How a careful merchant answers, of that order."""
        doubtful = order.altered or not self.known(order)
        return Expected.ANY if doubtful and self.expected is Expected.TAKEN_OVER else self.expected


def sendables_of(form: Form) -> dict[str, Sendable]:
    """Everything that can be sent in a form, by id: its kinds, its rare shapes, its forgeries."""
    every = [*_kinds(form), *map(_rare, form.variations), *map(_forged, form.attacks.ATTACKS)]
    found: dict[str, Sendable] = {}
    for each in every:
        found.setdefault(each.id, each)  # `probe` is a kind of every form, and a forgery of one
    return found


def chosen(form: Form, words: Sequence[str]) -> list[Sendable]:
    """What was asked for, in that order: ids, controls like `CBK-04`, or `forged`.

    Raises:
        UsageError: nothing of the form is called so.
    """
    every = sendables_of(form)
    forgeries = {each.id for each in form.attacks.ATTACKS}
    groups = {FORGED: [each for each in every.values() if each.id in forgeries]}
    for each in every.values():
        groups.setdefault(each.control, []).append(each)
    found: list[Sendable] = []
    for word in words:
        if word in every:
            found.append(every[word])
        elif group := groups.get(word) or groups.get(word.upper()):
            found += group
        else:
            near = did_you_mean(word, [*every, *groups], otherwise="another form may have it:")
            raise UsageError(
                f"no callback in the form {form.row.id} is called {word[:80]!r}",
                where="golive callback send",
                remedy=f"{near} golive callback list names them all",
            )
    return found


def spoilt(form: Form, signature: str, notice: Notice) -> Sendable | None:
    """What a simulator sent whose signature was spoilt, to be sent once more; None: it sent no such thing.

    Args:
        signature: in what way it was spoilt: `probe` or `wrong`.
        notice: what it told.
    """
    makers = {"probe": form.attacks.as_probe, "wrong": form.attacks.by_another_key}
    make = makers.get(signature)
    if make is None:
        return None

    def made(order: CallbackOrder) -> Iterator[Callback]:
        yield make(order.issuer, order.body(notice))

    return replace(sendables_of(form)["probe"], id=signature, text=_said()[signature][1], made=made)


def _kinds(form: Form) -> Iterator[Sendable]:
    said = {name: each for name, each in _said().items() if name != "wrong"}
    taken: dict[str, Made] = {
        "genuine": _genuine,
        "late": _late,
        "duplicate": _genuine,
        "reordered": _reordered,
        "coupon": _coupon,
        "refund": lambda order: _refund(order, part=False),
        "partial-refund": lambda order: _refund(order, part=True),
        "unknown-member": _unknown_member,
    }
    ready: dict[str, Callable[[CallbackOrder], object]] = {
        "coupon": CallbackOrder.coupon,
        "partial-refund": lambda order: order.refund(part=True),
    }
    known: dict[str, Callable[[CallbackOrder], bool]] = {
        "refund": lambda order: order.knows_refund(part=False),
        "partial-refund": lambda order: order.knows_refund(part=True),
    }
    for name, (control, text) in said.items():
        if name == "coupon" and not form.made_up.TELLS_COUPONS:
            continue
        genuine = name in taken
        yield Sendable(
            id=name,
            control=control,
            text=text,
            expected=Expected.TAKEN_OVER if genuine else Expected.REFUSED,
            made=taken.get(name, _probe),
            count={"duplicate": COPIES, "reordered": 2}.get(name, 1),
            at_once=name == "duplicate",
            known=known.get(name, lambda order: True),
            as_it_was=name not in ("late", "coupon"),
            ready=ready.get(name, lambda order: None),
        )


def _said() -> dict[str, tuple[str, Text]]:
    """Control and text of each kind."""
    return read_by_control(Path(__file__).with_name("kinds.yaml"))


def _rare(variation: Attack) -> Sendable:
    """A genuine one in a shape that some platforms send seldom, or on request only."""
    return _of_registry(variation, expected_of(variation, rare=True))


def _forged(attack: Attack) -> Sendable:
    return _of_registry(attack, expected_of(attack))


def _of_registry(attack: Attack, expected: Expected) -> Sendable:
    def made(order: CallbackOrder) -> Iterator[Callback]:
        yield attack.change(order.original())

    return Sendable(id=attack.id, control=attack.control, text=attack.text, expected=expected, made=made)


def _copies(order: CallbackOrder, body: bytes) -> Iterator[Callback]:
    """One notification as often as it is wanted, each time signed by itself."""
    while True:
        yield order.signed(body)


def _genuine(order: CallbackOrder) -> Iterator[Callback]:
    return _copies(order, order.body(order.payment))


def _late(order: CallbackOrder) -> Iterator[Callback]:
    return _copies(order, order.body(order.late()))


def _reordered(order: CallbackOrder) -> Iterator[Callback]:
    body = order.body(order.payment)
    yield order.signed(body)
    yield order.signed(body, before_s=OLDER_S)
    yield from _copies(order, body)


def _coupon(order: CallbackOrder) -> Iterator[Callback]:
    return _copies(order, order.body(order.coupon()))


def _refund(order: CallbackOrder, *, part: bool) -> Iterator[Callback]:
    return _copies(order, order.body(order.refund(part=part)))


def _unknown_member(order: CallbackOrder) -> Iterator[Callback]:
    rare = {each.id: each for each in order.form.variations}
    yield rare[order.form.made_up.UNKNOWN_MEMBER].change(order.original())


def _probe(order: CallbackOrder) -> Iterator[Callback]:
    yield order.form.attacks.as_probe(order.issuer, order.body(order.payment))
