"""One night: follow up, run, keep, compare, tell; and the code it ends with.

The verdict is the run's alone. A follow-up, a history or a message that fails is told; where evidence was not
kept 0 turns into 3. No message ever changes a code, unless messages were asked to be strict.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.control import Language, Text
from harness.core.errors import EnvironmentUnreachable, GoLiveError, HarnessError, UsageError
from harness.core.findings import translated
from harness.evidence import RunRecord
from harness.messages.configuration import Messages
from harness.messages.message import Message
from harness.messages.send import Sent, send
from harness.nightly.comparison import Night, compare, judged, night_before
from harness.nightly.follow_up import FollowUp
from harness.nightly.known_failures import KnownFailure, Sorted, as_line, sort_failures
from harness.nightly.telling import WORDS, night_message, refusal_message

_TERMINAL = WORDS["terminal"]
FAILED, UNDECIDED, UNREACHABLE = 1, 2, 3


@dataclass(slots=True)
class Ending:
    """How a night ended."""

    code: int
    """The exit code."""
    lines: list[Text] = field(default_factory=list)
    """What is said at a terminal."""
    message: Message | None = None
    """What was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a night does; each may fail without the ones after it."""

    follow_up: Callable[[], FollowUp]
    run: Callable[[], tuple[Path | None, int]]
    """The record, if there is one, and the run's own exit code."""
    keep: Callable[[Path], None]
    """Adds a record to the history."""
    send: Callable[[Message, Messages], list[Sent]] = send


def play(
    steps: Steps,
    *,
    known: Sequence[KnownFailure],
    known_file: Path,
    messages: Messages,
    strict_messages: bool = False,
) -> Ending:
    """Play a night to its end; whatever fails on the way is told.

    Raises:
        GoLiveError, OSError: there was no run, or none that can be read; it was told before.
    """
    problems: list[Text] = []
    lines: list[Text] = []
    unkept = False
    try:
        followed = steps.follow_up()
    except (GoLiveError, OSError) as error:
        followed = FollowUp()
        problems.append(_filled("follow_failed", why=translated(str(error))))
    with _told(steps, messages):
        folder, code = steps.run()
    for record in [*followed.records, *([RunRecord.open(folder)] if folder is not None else [])]:
        try:
            steps.keep(record.folder)
        except (GoLiveError, OSError) as error:
            unkept = True
            problems.append(
                _filled("history_failed", folder=Text.same(str(record.folder)), why=translated(str(error)))
            )
    if folder is None:
        said = "nothing ran: no scenario exercises what was asked for; `golive explain` lists the controls"
        message = refusal_message(said, language=messages.language, code=code)
        return Ending(code, [*problems, *_tell(steps, messages, message)[0]], message)
    with _told(steps, messages):
        night = judged(folder)
        failures = sorted_failures(night, known)
        code = exit_code_of(code, failures, followed, red=night.red, unkept=unkept)
        message = message_of(night, failures, messages, problems=problems, code=code)
    lines += _followed(followed)
    lines += failure_lines(failures, known_file, code)
    told, arrived = _tell(steps, messages, message)
    if strict_messages and not arrived and code == 0:
        code = EnvironmentUnreachable.exit_code
    return Ending(code, [*lines, *problems, *told], message)


@contextmanager
def _told(steps: Steps, messages: Messages) -> Iterator[None]:
    """Whatever ends a night early is told before it does: nobody else is there to see it."""
    try:
        yield
    except Exception as error:
        usual = UsageError if isinstance(error, OSError) else HarnessError  # as the front door ends with it
        code = error.exit_code if isinstance(error, GoLiveError) else usual.exit_code
        why = str(error) if isinstance(error, GoLiveError | OSError) else f"{type(error).__name__}: {error}"
        _tell(steps, messages, refusal_message(why, language=messages.language, code=code))
        raise


def sorted_failures(night: Night, known: Sequence[KnownFailure]) -> Sorted:
    """The failures of a run beside those that are known."""
    meta = night.meta
    whole = meta.whole and not night.record.torn
    return sort_failures(night.record.checks, known, whole=whole)


def exit_code_of(
    code: int, failures: Sorted, followed: FollowUp, *, red: Collection[str], unkept: bool
) -> int:
    """A night's code: that of its run, but 1 for a stale line or an overdue payment, 2 where every failure is
    known, and 3 where all is well and something was not kept.

    Args:
        red: ids of the controls by which it fails: what an earlier run found of one is on no line.
    """
    if failures.stale or followed.failed:
        return FAILED
    known = {line.control for line in failures.known}
    if code == FAILED and known and not failures.new and known >= set(red):
        return UNDECIDED
    if code == 0 and unkept:
        return UNREACHABLE
    return code


def message_of(
    night: Night, failures: Sorted, messages: Messages, *, problems: Sequence[Text], code: int
) -> Message:
    """The message of a run beside the run before it."""
    before = night_before(night.record)
    return night_message(
        night,
        changes=compare(before, night) if before is not None else None,
        failures=failures,
        problems=problems,
        link=messages.link(night.meta.id),
        language=messages.language,
        code=code,
    )


def failure_lines(failures: Sorted, known_file: Path, code: int) -> list[Text]:
    """What a terminal says of new failures, stale lines, and of a night with known failures alone."""
    said = [
        _filled("stale_line", part=Text.same(str(line.part)), why=_TERMINAL[why.value])
        for line, why in failures.stale
    ]
    if failures.new:
        said.append(_filled("new_line", file=Text.same(str(known_file))))
        rows = [row for part in failures.new[:20] for row in as_line(part).splitlines()]
        said += map(Text.same, rows)
    if failures.known and code == UNDECIDED and not failures.new:
        said.append(_TERMINAL["only_known"])
    return said


def _followed(followed: FollowUp) -> list[Text]:
    if not followed.orders:
        return []
    details = Text(
        zh="；".join(translated(each.detail).zh for each in followed.orders[:5]),
        en="; ".join(each.detail for each in followed.orders[:5]),
    )
    return [_filled("follow", count=Text.same(str(len(followed.orders))), what=details)]


def _tell(steps: Steps, messages: Messages, message: Message) -> tuple[list[Text], bool]:
    """Send a message; what a terminal says of that, and whether it arrived everywhere."""
    sent = steps.send(message, messages)
    return said_of(sent), not any(each.problem for each in sent)


def said_of(sent: Sequence[Sent]) -> list[Text]:
    """What a terminal says of messages."""
    return [
        _filled("unsent", service=Text.same(each.service), why=translated(each.problem))
        if each.problem
        else _filled("sent", service=Text.same(each.service))
        for each in sent
    ]


def _filled(word: str, **values: Text) -> Text:
    languages: tuple[Language, ...] = ("zh", "en")
    said = {
        each: _TERMINAL[word]
        .spoken(each)
        .format(**{name: value.spoken(each) for name, value in values.items()})
        for each in languages
    }
    return Text(zh=said["zh"], en=said["en"])
