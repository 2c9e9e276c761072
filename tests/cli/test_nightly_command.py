"""`golive nightly` and `golive message` from a user's folder: what is refused, what is told, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from harness.processes.child import golive_command
from tests.messages.service import Answer, played_service

LISTED = """
- control: CFG-01
  scenario: scenarios/configuration/test_settings.py::test_the_settings_satisfy[CFG-01]
  dialect: "-"
  reason: the settings are those of somebody else
  owner: payments team
"""
TOLD = """
[messages]
base_url = "https://ci.example.com/runs"
language = "en"
[[messages.to]]
service = "wecom"
url_from = "GOLIVE_WECOM_URL"
"""


def ended(folder: Path, *words: str, **variables: str) -> tuple[int, str]:
    """Exit code and output of a command in a user's folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        golive_command(*words),
        cwd=folder,
        env=environment | {"LC_ALL": "C", "GOLIVE_HISTORY_URL": "sqlite:///runs/history.sqlite"} | variables,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one narrowed night was played, and told to somebody who took it."""
    folder = tmp_path_factory.mktemp("night")
    (folder / "golive.toml").write_text(TOLD, "utf-8")
    with played_service(Answer(body={"errcode": 0})) as service:
        url = f"{service.url}/hook?key=abcdefgh12345678"
        code, said = ended(folder, "nightly", "--only=CFG-01,CFG-02", "--lang=en", GOLIVE_WECOM_URL=url)
    (folder / "said.json").write_text(json.dumps([code, said, service.bodies]), "utf-8")
    return folder


def test_a_night_ends_as_its_run_and_everybody_was_told(night: Path) -> None:
    code, said, bodies = json.loads((night / "said.json").read_text("utf-8"))
    assert code == 0, said
    assert said.rstrip().endswith("企业微信 was told")
    assert "abcdefgh12345678" not in said
    text = bodies[0]["markdown"]["content"]
    assert "SELECTION PASS" in text
    assert "https://ci.example.com/runs/" in text
    assert "readiness" in text


def test_it_is_in_the_history(night: Path) -> None:
    code, said = ended(night, "history")
    assert code == 0, said
    assert (night / "runs" / "history.sqlite").is_file()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_would_be_told_is_shown_and_nothing_is_sent(night: Path, lang: str) -> None:
    code, said = ended(night, "message", "--dry-run", f"--lang={lang}")
    assert code == 0, said
    assert json.loads(said.partition("\n")[2])["msgtype"] == "markdown"


def test_a_message_that_is_asked_for_and_does_not_arrive_ends_with_3(night: Path) -> None:
    code, said = ended(night, "message")
    assert (code, said) == (
        3,
        "企业微信 could not be told: the environment variable GOLIVE_WECOM_URL is not set\n",
    )


def test_known_failures_alone_end_with_2_and_a_stale_line_with_1(tmp_path: Path) -> None:
    (tmp_path / "known-failures.yaml").write_text(LISTED, "utf-8")
    code, said = ended(tmp_path, "nightly", "--only=CFG-01", "--defect=env-placeholder")
    assert code == 4, said  # a night is not asked to be wrong on purpose
    code, said = ended(tmp_path, "nightly", "--only=CFG-01", "--lang=en")
    assert code == 1, said
    assert (
        "stale: CFG-01 - scenarios/configuration/test_settings.py::test_the_settings_satisfy[CFG-01]" in said
    )


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("known-failures.yaml", "- CFG-01", "a known failure is not what it must be"),
        ("golive.toml", "[messages]\nto = 3", "[messages] is not what it must be"),
    ],
)
def test_a_file_that_is_wrong_is_refused_before_anything_runs(
    tmp_path: Path, name: str, text: str, why: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    code, said = ended(tmp_path, "nightly", "--only=CFG-01", "--lang=en")
    assert code == 4
    assert why in said
    assert not (tmp_path / "runs").exists()


def test_a_file_of_known_failures_that_is_not_there_is_refused(tmp_path: Path) -> None:
    code, said = ended(tmp_path, "nightly", "--known=nothing.yaml", "--lang=en")
    assert code == 4
    assert "there is no such file of known failures" in said


def test_a_night_that_was_refused_is_told(tmp_path: Path) -> None:
    (tmp_path / "golive.toml").write_text(TOLD, "utf-8")
    (tmp_path / ".env.local").write_text("A=1\n", "utf-8")
    with played_service(Answer(body={"errcode": 0})) as service:
        words = ("nightly", "--target=https://127.0.0.1:1", "--budget-fen=1", "--lang=en")
        code, said = ended(tmp_path, *words, GOLIVE_WECOM_URL=service.url)
    assert code == 4, said
    assert "NO RUN" in service.bodies[0]["markdown"]["content"]


def test_a_follow_up_of_nothing_says_so(tmp_path: Path) -> None:
    assert ended(tmp_path, "followup", "--target=simulator", "--lang=zh") == (
        0,
        "没有到期的事项：此目标上没有满一天、且可能已付款的订单\n",
    )
