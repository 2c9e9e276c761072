"""Forged callbacks: whatever is wrong with signature, moment or headers, the order stays unpaid.

Each attack is the genuine callback of an order that is still to be paid, with one thing changed, so a
merchant that believed one would credit money that nobody sent. Between them genuine twins are credited, and
one after the last: a merchant that refuses everything has refused no forgery.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from harness.callbacks.attack import Attack
from harness.callbacks.forms import played_forms
from harness.callbacks.harm import harm_of
from harness.core.dialects import callback_form
from harness.core.dialects import dialect as row_of
from harness.plugin import Attacks, Journal, Target, control

FORGED = [
    pytest.param(attack, id=attack.id, marks=control(attack.control, callbacks=form.row.id))
    for form in played_forms()
    for attack in form.attacks.ATTACKS
]
ONE_OF_EACH = {
    (form.row.id, attack.control): attack for form in played_forms() for attack in form.attacks.ATTACKS
}
CONTROLS = [
    pytest.param(attack, id=f"{form}-{name}", marks=control(name, callbacks=form))
    for (form, name), attack in sorted(ONE_OF_EACH.items(), key=lambda each: each[0])
]
"""An attack of each control of each form."""


@pytest.mark.parametrize("attack", FORGED)
def test_a_forged_callback_is_refused(
    attack: Attack, dialect: str, attacks: Attacks, journal: Journal
) -> None:
    said = attack.text.en
    with journal.step(said):
        delivered = attacks.deliver(attack)
    answer, kept = delivered.answer, delivered.kept
    journal.observe(f"{attack.id}: answered HTTP {answer.status}; order {kept.summary}")
    assert not delivered.believed, (
        f"a forged callback ({said}) made the order {kept.summary}: {harm_of(attack.control, attack.id).en}"
    )
    if delivered.why_void:
        journal.doubt(f"this attack proves nothing: {delivered.why_void}")
        return
    if attack.harmless and not delivered.refused:
        journal.warn(f"taken, though the platform sends no such thing: {said}")
        return
    rules = callback_form(row_of(dialect).callbacks).redelivery
    if not delivered.refused and rules.leaves_open(answer.status):
        journal.doubt(f"no document says how this platform reads HTTP {answer.status}")
        return
    if attack.may_be_acknowledged and not delivered.refused:
        if not kept.tells_payment:
            journal.doubt("acknowledged, and nothing tells whether it was booked: add [observer]")
            return
        if rules.taken_over(answer.status, answer.body):
            journal.observe("taken over and not credited, as a merchant may")
        else:
            journal.warn(f"HTTP {answer.status} neither takes it over nor refuses it: it is sent again")
        return
    assert delivered.refused, f"a forged callback ({said}) got HTTP {answer.status}"
    if callback_form(row_of(dialect).callbacks).says_fail and not _says_fail(answer.body):
        journal.warn('refused without the body {"code":"FAIL","message":…} (C11)')


@pytest.mark.parametrize("attack", CONTROLS)
def test_the_genuine_callback_after_every_forgery_is_taken_over(
    attack: Attack, attacks: Attacks, journal: Journal
) -> None:
    before = attacks.credited_a_twin
    with journal.step("a genuine twin after the last forgery"):
        why = attacks.twin_after_all(attack)
    journal.observe(f"genuine twin after the forgeries: {why or 'credited'}")
    _expect_untouched(attacks.believed_since(attack.control))
    if why and not before:
        journal.doubt(f"no genuine callback was ever credited: {why}")
        return
    assert not why, f"after the forgeries {why}"


@pytest.mark.last
@pytest.mark.parametrize("attack", CONTROLS)
def test_no_forgery_was_believed_later(attack: Attack, attacks: Attacks, journal: Journal) -> None:
    aimed_at = len(attacks.aimed_at(attack.control))
    if not attacks.orders.sees_payments:
        journal.observe(f"orders that forgeries were aimed at: {aimed_at}")
        journal.warn(
            "judged by the answers alone: nothing tells whether a forgery that was refused was booked all "
            "the same; [observer] in the merchant profile would"
        )
        return
    changed = attacks.believed_later(attack.control)
    journal.observe(f"orders that forgeries were aimed at: {aimed_at}; changed since: {len(changed)}")
    if not aimed_at:
        journal.doubt("no forgery was refused in this run, so none could be believed later")
    _expect_untouched(changed)


def _expect_untouched(changed: Sequence[Target]) -> None:
    named = "; ".join(
        f"{each.order.out_trade_no} is {each.order.seen().summary} after {', '.join(each.attacks)}"
        for each in changed
    )
    assert not changed, f"a forged callback was believed some time after it was answered: {named}"


def _says_fail(body: bytes) -> bool:
    try:
        return bool(json.loads(body).get("code") == "FAIL")
    except (ValueError, AttributeError):
        return False
