"""Sends shots one after another, as the platform sends, and says of each whether the answer was a careful one."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import httpx

from harness.callbacks.callback import Callback
from harness.core.redelivery import Redelivery
from harness.gun.aim import Aim
from harness.gun.machine import ThisMachine
from harness.gun.shots import Expected, Shot
from harness.simulator.notifier.delivery import Answer, Sender

GIVES_UP_AFTER = 3
"""Shots in a row to which nothing came: whoever hangs would hold a hundred of them for ten minutes."""


class Verdict(StrEnum):
    """Whether a careful merchant answers so."""

    CAREFUL = "careful"
    CARELESS = "careless"
    """No, or not in time, or with something that is no answer."""
    UNREACHED = "unreached"
    """Nobody was there: nothing was sent."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One callback as it was sent, and what came back."""

    callback: Callback
    answer: Answer
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Fired:
    """What became of one shot."""

    shot: Shot
    expected: Expected
    letters: tuple[Letter, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its letters."""
        every = {each.verdict for each in self.letters}
        return next(each for each in (Verdict.UNREACHED, Verdict.CARELESS, Verdict.CAREFUL) if each in every)


def judged(expected: Expected, answer: Answer, rules: Redelivery) -> Verdict:
    """Whether a careful merchant answers so; one that answers nothing, or too late, never is."""
    if not answer.reached:
        return Verdict.UNREACHED
    if answer.status is None:
        return Verdict.CARELESS
    if expected is Expected.TAKEN_OVER:
        careful = answer.accepted
    else:
        careful = expected is Expected.ANY or rules.refused(answer.status, answer.body)
    return Verdict.CAREFUL if careful else Verdict.CARELESS


def fire(
    shots: Sequence[Shot],
    aim: Aim,
    url: str,
    *,
    roots: ssl.SSLContext | None = None,
    tell: Callable[[Fired], None] = lambda fired: None,
) -> list[Fired]:
    """Send every shot; ends early where nobody is there, or nothing came three times in a row.

    Args:
        url: of this machine: see `harness.gun.machine.target`. Whatever else it is, nothing is sent there.
        roots: whose certificates are believed; None: those of everybody.
        tell: hears of each as soon as it is over.
    """
    return asyncio.run(_fire(shots, aim, url, roots, tell))


async def _fire(
    shots: Sequence[Shot],
    aim: Aim,
    url: str,
    roots: ssl.SSLContext | None,
    tell: Callable[[Fired], None],
) -> list[Fired]:
    rules = aim.form.row.redelivery
    done: list[Fired] = []
    unheard = 0
    async with Sender(frozenset({httpx.URL(url).host}), roots=roots, network=ThisMachine()) as sender:

        async def send(callback: Callback, expected: Expected) -> Letter:
            answer = await sender.deliver(url, callback, rules)
            return Letter(callback, answer, judged(expected, answer, rules))

        for shot in shots:
            expected = shot.expects(aim)
            if shot.at_once:
                letters = list(await asyncio.gather(*[send(each, expected) for each in list(shot.made(aim))]))
            else:
                letters = [await send(each, expected) for each in shot.made(aim)]
            fired = Fired(shot, expected, tuple(letters))
            done.append(fired)
            tell(fired)
            unheard = unheard + 1 if all(each.answer.status is None for each in letters) else 0
            if unheard == GIVES_UP_AFTER or fired.verdict is Verdict.UNREACHED:
                break
    return done


def exit_code(fired: Sequence[Fired], asked: int) -> int:
    """0: every answer was a careful one. 1: one was not, or the merchant was gone before the end. 3: nobody
    was there at all.

    Args:
        asked: how many shots were to be sent.
    """
    verdicts = {each.verdict for each in fired}
    if verdicts == {Verdict.UNREACHED}:
        return 3
    return 0 if verdicts == {Verdict.CAREFUL} and len(fired) == asked else 1
