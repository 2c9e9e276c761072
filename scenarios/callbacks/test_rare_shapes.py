"""Genuine callbacks in rare shapes: truly signed over the bytes sent, so each is credited (facts 2.2)."""

from __future__ import annotations

import pytest

from harness.callbacks.attack import Attack
from harness.callbacks.forms import played_forms
from harness.plugin import Attacks, Journal, control

RARE = [
    pytest.param(variation, id=variation.id, marks=control(variation.control, callbacks=form.row.id))
    for form in played_forms()
    for variation in form.variations
]


@pytest.mark.parametrize("variation", RARE)
def test_a_genuine_callback_in_a_rare_shape_is_credited(
    variation: Attack, attacks: Attacks, journal: Journal
) -> None:
    said = variation.text.en
    with journal.step(said):
        delivered = attacks.deliver_variation(variation)
    answer, kept = delivered.answer, delivered.kept
    journal.observe(f"{variation.id}: answered HTTP {answer.status}; order {kept.summary}")
    if delivered.why_void:
        journal.doubt(f"this shape proves nothing: {delivered.why_void}")
        return
    if variation.harmless and not answer.accepted:
        journal.warn(f"refused; the platform sends such a one only to who has asked in that way: {said}")
        return
    assert answer.accepted, f"a genuine callback ({said}) got HTTP {answer.status}"
    made = f"a genuine callback ({said}) made the order {kept.summary}"
    assert kept.paid_once or not kept.tells_payment, made
