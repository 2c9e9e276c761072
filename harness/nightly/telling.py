"""Makes the message of a night: verdict, what changed, readiness, what is known, and the link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.core.control import Language, Text
from harness.core.findings import told_in
from harness.core.texts import read_texts
from harness.messages.inert import cut, inert
from harness.messages.message import Message, Mood
from harness.nightly.comparison import Changes, Night
from harness.nightly.known_failures import Sorted
from reports.passed_over import passed_over

WORDS = read_texts(Path(__file__).with_name("words.yaml"))
_MESSAGE = WORDS["message"]
SHOWN = 12
"""Ids that a line names."""
LONGEST = 160
"""Bytes of what a check said that a message repeats."""
MERCHANT = 120
"""Bytes of a merchant's name in the title."""
QUOTED = 5
"""New failures of which the message repeats what was said."""


def night_message(
    night: Night,
    *,
    changes: Changes | None,
    failures: Sorted,
    problems: Sequence[Text],
    link: str,
    language: Language,
    code: int,
) -> Message:
    """The message of a run that took place."""

    def say(word: str, **values: object) -> str:
        return _MESSAGE[word].spoken(language).format(**values)

    new = sorted({part.control for part in failures.new})
    known = sorted({line.control for line in failures.known} - set(new))
    stale = sorted({line.control for line, _ in failures.stale})
    failing = night.failing
    lines = [say("new", count=len(new), ids=_ids(new))] if new else []
    lines += [
        say("said", id=id_, message=inert(cut(told_in(failing[id_], language), LONGEST)))
        for id_ in new[:QUOTED]
        if failing.get(id_)
    ]
    lines += [say("stale", count=len(stale), ids=_ids(stale))] if stale else []
    lines += [say("known", count=len(known), ids=_ids(known))] if known else []
    lines += [say("doubts", why=inert(each.spoken(language))) for each in night.judgement.doubts]
    beside = passed_over(night.record)
    minded = [*([] if beside is None else [beside]), *problems]
    lines += [say("problem", problem=inert(each.spoken(language))) for each in minded]
    lines += _changed(changes, language)
    growth = changes.readiness if changes else 0.0
    lines.append(say("readiness", percent=night.judgement.readiness_percent, change=growth))
    gate = night.judgement.gates.get(night.meta.gate)
    missing = [each.control for each in gate.missing] if gate else []
    lines += [say("missing", count=len(missing), ids=_ids(missing))] if missing else []
    title = say(
        "title",
        gate=night.meta.gate.upper() if gate else "SELECTION",
        verdict=night.verdict,
        merchant=cut(inert(night.meta.merchant), MERCHANT),
    )
    return Message(
        title=title,
        lines=tuple(lines),
        link=link,
        link_word=say("link"),
        mood=_mood(night.verdict, failures),
        facts={
            "run": night.meta.id,
            "verdict": night.verdict,
            "gates": {id_: each.verdict for id_, each in night.judgement.gates.items()},
            "readiness": round(night.judgement.readiness_percent, 1),
            "new": [str(part) for part in failures.new][:200],
            "known": [str(line.part) for line in failures.known][:200],
            "stale": [str(line.part) for line, _ in failures.stale][:200],
            "before": changes.before if changes else "",
            "failing": list(changes.failing) if changes else sorted(failing),
            "mended": list(changes.mended) if changes else [],
            "exit_code": code,
        },
    )


def refusal_message(why: str, *, language: Language, code: int) -> Message:
    """The message of a night without a run."""
    line = _MESSAGE["refused"].spoken(language).format(why=inert(told_in(why, language)))
    title = _MESSAGE["no_run"].spoken(language)
    return Message(title, (line,), mood="bad", facts={"run": "", "verdict": "NO RUN", "exit_code": code})


def _changed(changes: Changes | None, language: Language) -> list[str]:
    def say(word: str, **values: object) -> str:
        return _MESSAGE[word].spoken(language).format(**values)

    if changes is None:
        return [say("first")]
    lines = [say("before", run=inert(changes.before), verdict=changes.verdict)]
    lines += [say("fails_now", ids=_ids(changes.failing))] if changes.failing else []
    lines += [say("mended", ids=_ids(changes.mended))] if changes.mended else []
    lines += [say("undone", ids=_ids(changes.undone))] if changes.undone else []
    lines += [say("unchanged")] if not (changes.mended or changes.undone or changes.failing) else []
    lines += [say("subject")] if changes.subject else []
    lines += [say("environment")] if changes.environment else []
    return lines


def _ids(ids: Iterable[str]) -> str:
    named = list(dict.fromkeys(ids))
    more = f" … +{len(named) - SHOWN}" if len(named) > SHOWN else ""
    return " ".join(named[:SHOWN]) + more


def _mood(verdict: str, failures: Sorted) -> Mood:
    if failures.new or failures.stale or verdict in ("NO-GO", "FAIL"):
        return "bad"
    return "good" if verdict in ("GO", "PASS") else "open"
