"""A night to its end: its order, what happens when a step fails, and the code it ends with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.core.control import Outcome
from harness.core.errors import EnvironmentUnreachable, UnsafeRequest
from harness.messages.configuration import Messages, Receiver
from harness.messages.inert import inert
from harness.messages.message import Message
from harness.messages.send import Sent
from harness.messages.services import SERVICES
from harness.nightly.comparison import judged
from harness.nightly.follow_up import Followed, FollowUp
from harness.nightly.known_failures import KnownFailure
from harness.nightly.night import Ending, Steps, message_of, play, sorted_failures
from tests.reports.sample_run import START, Change, outcomes, sample_run

NOTHING = FollowUp()
KNOWN_FILE = Path("known-failures.yaml")
SAME: Change = lambda check: check  # noqa: E731


class World:
    """The steps of nights in one folder, each of which can be made to fail."""

    def __init__(self, tmp_path: Path) -> None:
        self.runs = tmp_path / "runs"
        self.done: list[str] = []
        self.messages: list[Message] = []
        self.nights = 0

    def night(
        self,
        change: Change = SAME,
        *,
        code: int = 0,
        known: Sequence[KnownFailure] = (),
        breaks: str = "",
        error: Exception | None = None,
        followed: FollowUp = NOTHING,
        strict: bool = False,
        **meta: str,
    ) -> Ending:
        self.done.clear()
        self.nights += 1

        def step(name: str) -> None:
            self.done.append(name)
            if breaks == name:
                assert error is not None
                raise error

        def follow() -> FollowUp:
            step("follow")
            return followed

        def run() -> tuple[Path | None, int]:
            step("run")
            start = START + timedelta(days=self.nights)
            told: dict[str, Any] = dict(meta)
            record = sample_run(self.runs, f"night-{self.nights}", start=start, change=change, **told)
            return record.folder, code

        def send(message: Message, messages: Messages) -> list[Sent]:
            self.done.append("send")
            self.messages.append(message)
            return [Sent("JSON", "HTTP 502" if breaks == "send" else "")]

        def keep(folder: Path) -> None:
            step("keep")

        receivers = Messages(
            base_url="https://ci.example.com/runs",
            language="en",
            to=(Receiver(service="json", url_from="URL"),),
        )
        steps = Steps(follow_up=follow, run=run, keep=keep, send=send)
        return play(steps, known=known, known_file=KNOWN_FILE, messages=receivers, strict_messages=strict)

    @property
    def told(self) -> str:
        """The newest message's lines."""
        return "\n".join([self.messages[-1].title, *self.messages[-1].lines])


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


FAILS = outcomes({"CBK-03": Outcome.FAIL})
LINE = KnownFailure(
    control="CBK-03",
    scenario="scenarios/cbk/test_cbk.py::test_03",
    dialect="apiv3",
    reason="the gateway in front strips it",
    owner="payments team",
)


def said(ending: Ending) -> str:
    return "\n".join(line.en for line in ending.lines)


def test_the_order_of_a_night(world: World) -> None:
    assert world.night().code == 0
    assert world.done == ["follow", "run", "keep", "send"]


def test_a_first_night_has_nothing_to_compare_with(world: World) -> None:
    world.night()
    assert "there is no run before to compare with" in world.told
    assert world.messages[-1].link == "https://ci.example.com/runs/night-1/report.html"


def test_what_changed_since_last_night_is_told(world: World) -> None:
    world.night(FAILS, code=1)
    assert "new failures, 1: CBK-03" in world.told
    assert "CBK-03: it was credited twice" in world.told
    world.night(outcomes({"PAY-01": Outcome.FAIL}), code=1, subject="sha256:another", environment="another")
    told = world.told
    assert "last night (night-1): NO-GO" in told
    assert "fails now, and did not last night: PAY-01" in told
    assert "mended: CBK-03" in told
    assert "the app or its profile is another one" in told
    assert "configuration, certificates or host are others" in told
    assert "readiness" in told


def test_a_quiet_night_says_that_nothing_changed(world: World) -> None:
    world.night()
    world.night()
    assert "no control changed" in world.told
    assert "(+0.0)" in world.told


def test_the_night_before_is_of_the_same_target_and_believed(world: World) -> None:
    world.night()
    world.night(target="experience")
    assert "there is no run before" in world.told
    results = world.runs / "night-1" / "results.ndjson"
    results.write_text(results.read_text("utf-8") + "\n", "utf-8")
    world.night()
    assert "there is no run before" in world.told
    assert "mind: earlier runs that count for nothing" in world.told


def test_a_night_under_rules_is_beside_one_under_the_same_rules_alone(world: World) -> None:
    rules: Any = ("outage callbacks-lost",)
    world.night()
    world.night(FAILS, code=1, fault_rules=rules)
    assert "there is no run before" in world.told
    assert rules[0] in world.told
    world.night()
    assert "last night (night-1): GO" in world.told
    assert "mended" not in world.told
    world.night(FAILS, code=1, fault_rules=rules)
    assert "last night (night-2): NO-GO" in world.told


def test_a_new_failure_ends_with_1_and_a_line_to_fill_in(world: World) -> None:
    ending = world.night(FAILS, code=1)
    assert ending.code == 1
    assert "- control: CBK-03" in said(ending)
    assert world.messages[-1].mood == "bad"


def test_known_failures_alone_end_with_2_and_never_with_0(world: World) -> None:
    ending = world.night(FAILS, code=1, known=[LINE])
    assert ending.code == 2
    assert "nothing but known failures" in said(ending)
    assert "known failures, 1, failures all the same: CBK-03" in world.told
    assert "NO-GO" in world.messages[-1].title
    assert world.messages[-1].mood == "bad"


def test_a_new_failure_beside_a_known_one_ends_with_1(world: World) -> None:
    both = outcomes({"CBK-03": Outcome.FAIL, "PAY-01": Outcome.FAIL})
    assert world.night(both, code=1, known=[LINE]).code == 1
    assert "new failures, 1: PAY-01" in world.told


def test_what_an_earlier_run_found_is_on_no_line(world: World) -> None:
    paid = outcomes({"PAY-01": Outcome.FAIL})
    sample_run(world.runs, "by-day", start=START, change=paid, selection=True)
    tonight: Change = lambda check: None if check.control == "PAY-01" else FAILS(check)  # noqa: E731
    assert world.night(tonight, code=1, known=[LINE]).code == 1


def test_a_stale_line_fails_a_night_where_all_is_well(world: World) -> None:
    ending = world.night(known=[LINE])
    assert ending.code == 1
    assert f"stale: {LINE.part} (it passes now)" in said(ending)
    assert "stale lines among the known failures, 1, take them away: CBK-03" in world.told


@pytest.mark.parametrize(("code", "kept"), [(0, 0), (1, 1), (2, 2), (3, 3), (5, 5)])
def test_a_message_that_cannot_be_sent_is_told_and_changes_no_code(
    world: World, code: int, kept: int
) -> None:
    ending = world.night(FAILS if code == 1 else SAME, code=code, breaks="send")
    assert ending.code == kept
    assert said(ending).endswith("JSON could not be told: HTTP 502")


@pytest.mark.parametrize(("code", "ends"), [(0, 3), (1, 1), (2, 2)])
def test_strict_messages_turn_only_0_into_3(world: World, code: int, ends: int) -> None:
    change = FAILS if code == 1 else SAME
    assert world.night(change, code=code, breaks="send", strict=True).code == ends


@pytest.mark.parametrize(
    "error", [EnvironmentUnreachable("the database is away"), OSError(28, "No space left")]
)
@pytest.mark.parametrize(("code", "ends"), [(0, 3), (1, 1), (2, 2), (5, 5)])
def test_a_history_that_is_not_written_is_told_and_the_record_stays(
    world: World, error: Exception, code: int, ends: int
) -> None:
    ending = world.night(FAILS if code == 1 else SAME, code=code, breaks="keep", error=error)
    assert ending.code == ends
    assert "the history could not be written; the record stays in" in world.told
    assert (world.runs / "night-1" / "seal.json").is_file()
    assert world.done[-1] == "send"


@pytest.mark.parametrize(
    "error", [EnvironmentUnreachable("nothing answers"), OSError(5, "Input/output error")]
)
def test_a_follow_up_that_fails_does_not_stop_the_night(world: World, error: Exception) -> None:
    ending = world.night(breaks="follow", error=error)
    assert ending.code == 0
    assert "the follow-up failed" in said(ending)
    assert "the follow-up failed" in world.told


def test_an_overdue_payment_fails_the_night(world: World) -> None:
    late = Followed("GL1", "night-0", Outcome.FAIL, "24 hours were over 2.0 h ago")
    ending = world.night(followed=FollowUp((late,)))
    assert ending.code == 1
    assert "followed up: 1 orders, 24 hours were over 2.0 h ago" in said(ending)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnsafeRequest("no budget"), 4),
        (EnvironmentUnreachable("nothing answers"), 3),
        (OSError(28, "No space left on device"), 4),
        (RuntimeError("a bug"), 5),
    ],
)
def test_a_night_without_a_run_is_told_and_ends_with_its_code(
    world: World, error: Exception, code: int
) -> None:
    with pytest.raises(type(error)):
        world.night(breaks="run", error=error)
    assert world.messages[-1].title == "NO RUN"
    assert "there was no run tonight: " in world.told
    assert inert(str(error)) in world.told
    assert world.messages[-1].facts["exit_code"] == code


HOSTILE = "<at id=all></at> [go](https://evil.example) @all \x1b[2J half \ud83d of it " + "👨‍👩‍👧" * 400


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_hostile_record_makes_no_link_and_no_mention(world: World, service: str) -> None:
    said_by_merchant = outcomes({"CBK-03": Outcome.FAIL}, message=HOSTILE.encode("utf-8", "replace").decode())
    world.night(said_by_merchant, code=1, merchant="shop](https://evil.example) @all <b>")
    message = world.messages[-1]
    body = json.dumps(SERVICES[service].shaped(message), ensure_ascii=False)
    for obeyed in ("evil.example", "@all", "<at", "<b>", "\x1b", "](https://evil"):
        assert obeyed not in body
    assert message.link in body


def test_a_message_in_chinese_has_no_english_sentence(tmp_path: Path) -> None:
    night = judged(sample_run(tmp_path / "runs", change=FAILS).folder)
    message = message_of(night, sorted_failures(night, [LINE]), Messages(language="zh"), problems=(), code=2)
    assert message.title.startswith("REHEARSAL NO-GO")
    assert any(line.startswith("已知失败 1 项") for line in message.lines)
    assert any(line.startswith("就绪度") for line in message.lines)


def test_the_facts_are_for_programs(world: World) -> None:
    world.night(FAILS, code=1)
    facts = world.messages[-1].facts
    assert facts["verdict"] == "NO-GO"
    assert facts["new"] == [str(LINE.part)]
    assert facts["exit_code"] == 1
    assert set(facts["gates"]) == {"rehearsal", "experience", "production"}
