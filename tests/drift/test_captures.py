"""What a capture keeps and what it refuses: no secret, no name, nothing hostile, nothing half."""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

import harness.drift.capture as capture_module
from harness.core.errors import ConfigurationError, EnvironmentUnreachable, HarnessError
from harness.drift.answer import Answer
from harness.drift.asking import ask_all, canaries, questions
from harness.drift.capture import LONGEST_LINE, MOST_BYTES, Capture, Head, Line, read, write
from harness.drift.documented import DOCUMENTED
from harness.processes.serving import listen
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator

Lines = tuple[Line, ...]


def capture_of(lines: Lines) -> Capture:
    head = Head(
        origin="endpoint",
        made=datetime(2026, 11, 30, tzinfo=UTC),
        by="golive",
        grade="simulated",
        lines=len(lines),
    )
    return Capture(head=head, lines=lines)


def test_a_capture_names_nobody_and_reads_back_as_it_was(
    simulated: Lines, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "kept.ndjson"
    planted, answers = canaries(settings)
    write(capture_of(simulated), path, secrets=(*settings.secrets(), *planted), canaries=answers)
    text = path.read_text("utf-8")
    named = (settings.wechat.mchid, settings.wechat.appid, settings.mcp.api_key)
    assert [each for each in (*named, *settings.secrets()) if each in text] == []
    assert read(path) == capture_of(simulated)
    assert path.stat().st_mode & 0o077 == 0


def test_a_secret_that_redaction_missed_is_not_written(simulated: Lines, tmp_path: Path) -> None:
    path = tmp_path / "kept.ndjson"
    with pytest.raises(HarnessError, match="nothing was written"):
        write(capture_of(simulated[:1]), path, secrets=("an-unlikely-secret",), canaries="an-unlikely-secret")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(
    simulated: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(capture_module, "write_whole", full)
    with pytest.raises(EnvironmentUnreachable, match="No space left"):
        write(capture_of(simulated[:1]), tmp_path / "kept.ndjson", secrets=())


def edited(change: Callable[[list[dict[str, object]]], object]) -> str:
    """The documented capture's first five lines, less what their head counts, changed."""
    lines = [json.loads(line) for line in DOCUMENTED.read_text("utf-8").splitlines()[:6]]
    lines[0]["lines"] = 5
    change(lines)
    return "".join(json.dumps(line) + "\n" for line in lines)


def answer_of(line: dict[str, object]) -> dict[str, object]:
    answer = line["answer"]
    assert isinstance(answer, dict)
    return answer


OF_THIS_MACHINE = {"origin": "endpoint", "grade": "simulated", "hosts": "127.0.0.1:8765"}

HOSTILE = {
    "empty": ("", "it is empty"),
    "no JSON": ("{", "line 1 is no JSON"),
    "another file": ("[1]", "line 1"),
    "of a newer schema": (
        edited(lambda lines: lines[0].update(schema=2)),
        "schema 2, and this golive reads 1",
    ),
    "cut off": (edited(list[dict[str, object]].pop), "5 operations were written and 4 are there"),
    "an operation twice": (edited(lambda lines: lines.__setitem__(2, lines[1])), "echo stands twice"),
    "an unknown member": (edited(lambda lines: lines[1].update(more=1)), "line 2: more"),
    "no status": (edited(lambda lines: answer_of(lines[1]).update(status=7)), "line 2: answer.status"),
    "nested without end": ("[" * 100_000, "line 1 is no JSON"),
    "nested deep": ("[" * 80 + "]" * 80, "nests deeper"),
    "no number": (
        edited(lambda lines: answer_of(lines[1]).update(body={"total": float("nan")})),
        "line 2 is no JSON",
    ),
    "a number beyond every number": (
        edited(lambda lines: lines[1].update(more=987654)).replace("987654", "1e999"),
        "line 2 is no JSON",
    ),
    "documents with a platform's grade": (
        edited(lambda lines: lines[0].update(grade="production")),
        "line 1: the line: what documents show is graded paper",
    ),
    "this machine with a platform's grade": (
        edited(lambda lines: lines[0].update(OF_THIS_MACHINE, grade="experience")),
        "line 1: the line: its grade is a platform's, and its hosts are not",
    ),
    "an endpoint that told a part": (
        edited(lambda lines: lines[0].update(OF_THIS_MACHINE)),
        "line 2 holds a part of an answer",
    ),
    "a line without end": ("[" + " " * (LONGEST_LINE + 1) + "]", "longer ones"),
    "gigantic": (" " * (MOST_BYTES + 1), "larger than 16 MiB"),
    "lines without end": ("1\n" * 1100, "more lines"),
    "a private key": (
        edited(
            lambda lines: answer_of(lines[1]).update(
                error="-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"
            )
        ),
        "line 2 holds a secret",
    ),
    "a payer": (
        edited(lambda lines: answer_of(lines[1]).update(body={"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"})),
        "line 2 holds a secret",
    ),
    "a cookie": (
        edited(lambda lines: answer_of(lines[1]).update(headers={"Set-Cookie": "session=1"})),
        "line 2 holds a secret",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_capture_is_refused_in_our_own_words(kind: str, tmp_path: Path) -> None:
    text, why = HOSTILE[kind]
    path = tmp_path / "given.ndjson"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=why):
        read(path)


@pytest.mark.parametrize(
    "call", ["GET http://elsewhere.example/v3/", "GET @elsewhere.example/v3/", "DELETE /v3/x", "GET /v3/a b"]
)
def test_a_file_cannot_send_a_signed_request_elsewhere(call: str, settings: Settings) -> None:
    ask = questions("apiv3", settings)[0].model_copy(update={"call": call})
    with pytest.raises(Exception, match="cannot be asked over apiv3"):
        ask_all("apiv3", [ask], settings)


def test_an_endpoint_that_is_away_is_unreachable(running: RunningSimulator) -> None:
    values = running.environment(notify_url="https://shop.example/notify")
    with listen(0) as port:
        away = f"http://127.0.0.1:{port.getsockname()[1]}"
    settings = Settings.load(EnvFile.of(values | {"WECHAT_PAY_BASE_URL": away}, "away"))
    with pytest.raises(EnvironmentUnreachable):
        ask_all("apiv3", questions("apiv3", settings)[:1], settings)


def test_an_endpoint_that_breaks_off_is_kept_as_no_answer(running: RunningSimulator) -> None:
    values = running.environment(notify_url="https://shop.example/notify")
    with listen(0) as port, running_out(port) as address:
        settings = Settings.load(EnvFile.of(values | {"WECHAT_PAY_BASE_URL": address}, "breaks off"))
        (line,) = ask_all("apiv3", questions("apiv3", settings)[:1], settings)
    assert line.answer.status is None
    assert "no trustworthy answer" in line.why_incomparable


@contextmanager
def running_out(port: socket.socket) -> Iterator[str]:
    """Takes one connection, reads what is asked, and hangs up."""

    def serve() -> None:
        taken, _ = port.accept()
        with taken:
            taken.recv(65536)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port.getsockname()[1]}"
    thread.join(5)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(error="reset"), "reset"),
        (Answer(status=503), "busy or failing"),
        (Answer(status=429), "busy or failing"),
        (Answer(status=401), "refused what it was asked with"),
        (Answer(status=404), ""),
    ],
)
def test_only_what_was_answered_is_comparable(answer: Answer, why: str, settings: Settings) -> None:
    line = Line(dialect="apiv3", ask=questions("apiv3", settings)[0], answer=answer)
    assert why in line.why_incomparable
    assert bool(why) is bool(line.why_incomparable)
