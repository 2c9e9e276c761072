"""What is printed: of a shot the request, the answer, how long it took and the verdict; of lists a table."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from harness.core.clock import BEIJING
from harness.core.control import Language, Text
from harness.core.findings import told_in
from harness.core.plain_text import one_line, plain
from harness.core.texts import read_texts
from harness.gun.aim import Aim
from harness.gun.fire import Fired, Letter, Verdict
from harness.gun.shots import Expected, Shot
from harness.gun.simulated import Attempt

SCHEMA = 1
SHOWN = 2048
"""Characters of a body that a terminal is shown; a program gets more."""
KEPT = 64 * 1024
"""Bytes of a body that a program gets."""
_WORDS = read_texts(Path(__file__).with_name("shown.yaml"))
_SIGNS = {Verdict.CAREFUL: "✓", Verdict.CARELESS: "✗", Verdict.UNREACHED: "?"}


def said(section: str, name: str, language: Language, **values: object) -> str:
    """A sentence of the file of words."""
    text: Text = _WORDS[section][name]
    return (text.filled(**values) if values else text).spoken(language)


def aimed(aim: Aim, url: str, language: Language) -> Iterator[str]:
    """What the shots of a command are about."""
    yield said(
        "aim",
        "at",
        language,
        number=one_line(aim.out_trade_no),
        amount=aim.total.yuan,
        form=aim.form.row.id,
        source=aim.source,
        url=one_line(url),
    )
    if aim.standing == "unpaid":
        yield said("aim", "unpaid", language)


def shot_lines(fired: Fired, url: str, language: Language, *, whole: bool) -> Iterator[str]:
    """A shot and what came of it.

    Args:
        whole: with the request and the answer; else a line or two.
    """
    shot, letters = fired.shot, fired.letters
    said_of_it = f"{shot.id}  {shot.control}  {one_line(shot.text.spoken(language))}"
    if not whole:
        yield f"{_SIGNS[fired.verdict]} {said_of_it} → {_verdict(fired, language)}"
        return
    yield f"── {said_of_it}"
    shown = letters[:1] if shot.at_once else letters
    for letter in shown:
        yield from _letter_lines(letter, url, language)
    if len(letters) > len(shown):
        yield "  " + said("shot", "alike", language, count=len(letters) - len(shown))
    if shot.at_once:
        yield from _crowd(letters, language)
    yield f"{_SIGNS[fired.verdict]} {_verdict(fired, language)}"


def _letter_lines(letter: Letter, url: str, language: Language) -> Iterator[str]:
    yield f"  > POST {one_line(url)}"
    for name, value in letter.answer.asked:
        yield f"  > {one_line(f'{name}: {value}')}"
    yield "  >"
    yield from _body_lines("  > ", letter.callback.body, language)
    answer = letter.answer
    if answer.status is None:
        yield f"  < {one_line(told_in(answer.error or '', language))}"
        return
    yield f"  < HTTP {answer.status}  {_ms(letter)}"
    for name, value in answer.headers:
        yield f"  < {one_line(f'{name}: {value}')}"
    if answer.body:
        yield "  <"
        yield from _body_lines("  < ", answer.body, language)


def _body_lines(mark: str, body: bytes, language: Language) -> Iterator[str]:
    text = body[: SHOWN * 4].decode("utf-8", "backslashreplace")
    for line in plain(text[:SHOWN]).splitlines() or [said("shot", "empty", language)]:
        yield f"{mark}{line}"
    if len(text) > SHOWN:
        yield mark + said("shot", "more", language, size=len(body))


def _crowd(letters: Sequence[Letter], language: Language) -> Iterator[str]:
    counts: dict[str, int] = {}
    for letter in letters:
        name = one_line(_came(letter, language))
        counts[name] = counts.get(name, 0) + 1
    times = [letter.answer.duration_s * 1000 for letter in letters]
    yield "  " + said(
        "shot",
        "crowd",
        language,
        answers=", ".join(f"{name} ×{count}" for name, count in counts.items()),
        least=round(min(times)),
        middle=round(median(times)),
        most=round(max(times)),
    )


def _verdict(fired: Fired, language: Language) -> str:
    worst = next(each for each in fired.letters if each.verdict is fired.verdict)
    came = one_line(_came(worst, language))
    if fired.verdict is Verdict.UNREACHED:
        return said("verdict", "unreached", language, came=came)
    wanted = said("expected", fired.expected.value, language)
    name = "careful" if fired.verdict is Verdict.CAREFUL else "careless"
    return said("verdict", name, language, came=came, took=_ms(worst), wanted=wanted)


def _came(letter: Letter, language: Language) -> str:
    answer = letter.answer
    told = told_in(answer.error or "", language)
    if answer.status is None:
        return told
    return f"HTTP {answer.status}" + (f" ({told})" if told else "")


def _ms(letter: Letter) -> str:
    return f"{letter.answer.duration_s * 1000:.0f} ms"


def closing(fired: Sequence[Fired], asked: int, language: Language) -> Iterator[str]:
    """What all shots together show, and what they do not."""
    count = {each: sum(one.verdict is each for one in fired) for each in Verdict}
    if asked > 1:
        yield said("closing", "sum", language, careful=count[Verdict.CAREFUL], asked=asked)
    if len(fired) < asked:
        yield said("closing", "stopped", language, left=asked - len(fired))
    refused = [each for each in fired if each.expected is Expected.REFUSED]
    if refused and all(each.expected is not Expected.TAKEN_OVER for each in fired):
        yield said("closing", "only-forged", language)
    if any(each.expected is Expected.ANY for each in fired):
        yield said("closing", "any", language)


def catalogue(forms: Iterable[tuple[str, Iterable[Shot]]], language: Language) -> Iterator[str]:
    """Everything that can be sent, a form after another."""
    for form, shots in forms:
        rows = list(shots)
        width = max(len(each.id) for each in rows)
        yield said("list", "form", language, form=form)
        for each in rows:
            wanted = said("expected", each.expected.value, language)
            yield f"  {each.id:<{width}}  {each.control}  {each.text.spoken(language)} → {wanted}"


def attempt_line(attempt: Attempt, language: Language) -> str:
    """One attempt of the simulator."""
    made = attempt.delivery
    came = f"HTTP {made.status}" if made.status is not None else ""
    why = told_in(made.error, language) if made.error else ""
    taken = said("attempt", "accepted" if made.accepted else "open", language)
    parts = (
        attempt.id,
        f"{made.sent.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        made.signature_kind,
        came,
        f"{made.duration_s * 1000:.0f} ms",
        taken,
        why,
        attempt.notify_url,
    )
    return one_line("  ".join(each for each in parts if each))


def as_json(fired: Sequence[Fired], aim: Aim, url: str, asked: int, code: int) -> dict[str, Any]:
    """The document of a `send`."""
    return {
        "schema": SCHEMA,
        "url": url,
        "order": {
            "out_trade_no": aim.out_trade_no,
            "total": int(aim.total),
            "form": aim.form.row.id,
            "source": aim.source,
            "standing": aim.standing,
        },
        "shots": [_shot_json(each, url) for each in fired],
        "not_sent": asked - len(fired),
        "exit_code": code,
    }


def _shot_json(fired: Fired, url: str) -> dict[str, Any]:
    return {
        **shot_json(fired.shot),
        "expected": fired.expected.value,
        "verdict": fired.verdict.value,
        "deliveries": [
            {
                "request": {
                    "method": "POST",
                    "url": url,
                    **_message(each.answer.asked, each.callback.body),
                },
                "answer": None
                if each.answer.status is None
                else {"status": each.answer.status, **_message(each.answer.headers, each.answer.body)},
                "error": each.answer.error,
                "latency_ms": round(each.answer.duration_s * 1000, 1),
                "verdict": each.verdict.value,
            }
            for each in fired.letters
        ],
    }


def shot_json(shot: Shot) -> dict[str, Any]:
    """What can be sent, and how a careful merchant answers."""
    return {
        "id": shot.id,
        "control": shot.control,
        "about": shot.text.model_dump(),
        "expected": shot.expected.value,
    }


def attempt_json(attempt: Attempt) -> dict[str, Any]:
    """One attempt of the simulator."""
    return {
        "id": attempt.id,
        "out_trade_no": attempt.out_trade_no,
        "out_refund_no": attempt.out_refund_no,
        "notify_url": attempt.notify_url,
        **attempt.delivery.model_dump(mode="json"),
    }


def _message(headers: Iterable[tuple[str, str]], body: bytes) -> Mapping[str, Any]:
    """Headers and body; a body that is no text in base64, and of a long one its beginning."""
    kept = body[:KEPT]
    try:
        told: dict[str, Any] = {"body": kept.decode("utf-8")}
    except UnicodeDecodeError:
        told = {"body_base64": base64.b64encode(kept).decode()}
    return {"headers": [list(each) for each in headers], **told, "bytes": len(body)}
