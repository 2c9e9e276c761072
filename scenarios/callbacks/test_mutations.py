"""Mutated callbacks: a thousand changes of a genuine one, none of which is believed (CBK-16).

Each is drawn from a seed and can be had again by its number; what failed is shrunk to the edits that matter.
"""

from __future__ import annotations

import secrets

import pytest

from harness.callbacks.attack import Attack, Original
from harness.callbacks.forms import Form, played_forms
from harness.callbacks.harm import harm_of
from harness.callbacks.mutations import Mutation, Series, mutation, upper_bound
from harness.core.control import Text
from harness.plugin import Attacks, Journal, control
from harness.plugin.options import Options

CONTROL = "CBK-16"
COUNT = 1000
"""In all, of each form of callbacks; its wires share them, for they lead to one receiver."""
AT_ONCE = 250
"""Mutations that rest on one genuine twin."""

MUTABLE = [
    pytest.param(form, id=form.row.id, marks=control(CONTROL, callbacks=form.row.id))
    for form in played_forms()
    if form.mutations is not None
]


@pytest.mark.parametrize("form", MUTABLE)
def test_no_mutation_of_a_genuine_callback_is_believed(
    form: Form, attacks: Attacks, options: Options, journal: Journal, request: pytest.FixtureRequest
) -> None:
    assert form.mutations is not None
    alone, first = options.mutation, secrets.randbelow(10**9)
    series, count = Series(form.mutations, first), -(-COUNT // _wires_of(form, request))
    if alone is not None:
        series, count = Series(form.mutations, alone), 1
    with journal.step(f"mutations from seed {first if alone is None else alone} on"):
        for begin in range(0, count, AT_ONCE):
            _expect_refused(series, min(AT_ONCE, count - begin), form, attacks)
            if void := attacks.why_void:
                journal.doubt(f"these mutations prove nothing: {void}")
                return
    after = attacks.twin(_attack(mutation(form.mutations.draw, first), form))
    assert not after, f"after the forgeries {after}"
    if alone is not None:
        journal.observe(f"the mutation of seed {alone} was refused")
        journal.doubt("one mutation alone was asked for")
        return
    journal.observe(
        f"{count} distinct mutations, none inert, from seed {first} on: 0 accepted, 0 genuine refused; "
        f"with 95 % confidence at most {upper_bound(count):.3%} would be"
    )


def _wires_of(form: Form, request: pytest.FixtureRequest) -> int:
    """On how many wires this process delivers mutations of that form; one where wires run side by side."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    return max(1, sum(call is not None and call.params.get("form") is form for call in calls))


def _expect_refused(series: Series, count: int, form: Form, attacks: Attacks) -> None:
    """Each of the next ones is refused; the first that is not is shrunk and named."""
    assert form.mutations is not None
    sample = _attack(mutation(form.mutations.draw, 0), form)
    delivered: dict[str, Mutation] = {}

    def draw(original: Original) -> list[Attack]:
        for each in series.take(original.callback, count):
            delivered[_name(each)] = each
        return [_attack(each, form) for each in delivered.values()]

    def is_believed(each: Mutation) -> bool:
        return bool(attacks.deliver_at_once(sample, lambda original: [_attack(each, form)]).attacks)

    taken = attacks.deliver_at_once(sample, draw)
    if not taken.attacks:
        return
    if not taken.alone:
        raise AssertionError(
            f"among {count} mutated callbacks that came one upon another at least one was taken for genuine, "
            f"and none of them by itself: {harm_of(CONTROL).en}; again: golive run --only {CONTROL}"
        )
    worst = delivered[taken.attacks[0].id]
    shrunk = worst.shrunk(is_believed)
    raise AssertionError(
        f"{len(taken.attacks)} of {count} mutated callbacks were taken for genuine, e.g. {shrunk.said}: "
        f"{harm_of(CONTROL).en}; again: golive run --only {CONTROL} --mutation {worst.seed}"
    )


def _attack(found: Mutation, form: Form) -> Attack:
    said = Text.same(found.said)
    return Attack(
        _name(found), CONTROL, said, lambda original: found.of(original.callback), form.genuine.build
    )


def _name(found: Mutation) -> str:
    return f"mutation-{found.seed}"
