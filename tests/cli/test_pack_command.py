"""`golive pack` and `golive verify`: what they print, in which language, and the code they end with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.cli import golive
from harness.cli.pack_progress import PackProgress
from harness.core.control import Outcome, Text
from harness.core.errors import HarnessError, UsageError
from harness.evidence.seal_key import TRUSTED, own_key, public_text
from tests.reports.sample_run import START, outcomes, sample_run

REASONS = Path(__file__).parents[2] / "docs" / "evidence-pack.md"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a run, and no key pinned."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(TRUSTED, raising=False)
    sample_run(tmp_path / "runs", "run-1")
    return tmp_path


def typed(*arguments: str) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(golive, arguments, standalone_mode=False)


def ours() -> str:
    return public_text(own_key())


def test_the_newest_run_is_packed_and_verifies_with_the_line_that_is_printed() -> None:
    made = typed("pack", "--out", "out/evidence.zip")
    assert made.exception is None
    assert made.return_value == 0
    line = next(line for line in made.output.splitlines() if line.startswith("To verify: "))
    command = line.removeprefix("To verify: golive ").split()
    checked = typed(*command)
    assert checked.return_value == 0
    lines = checked.output.splitlines()
    assert lines[0].startswith("The pack holds: out/evidence.zip (")
    assert lines[1] == f"Signed by: {ours()}"
    assert lines[3].startswith("Run: run-1 of shop at simulator, checklist ")
    assert any(line.startswith("REHEARSAL GO") for line in lines)


def test_both_speak_chinese() -> None:
    made = typed("pack", "run-1", "--out", "e.zip", "--lang", "zh")
    assert made.output.startswith("证据包：e.zip")
    checked = typed("verify", "e.zip", "--key", ours(), "--lang", "zh")
    assert checked.output.startswith("证据包成立：e.zip")
    Path("e.zip").write_bytes(Path("e.zip").read_bytes() + b"x")
    refused = typed("verify", "e.zip", "--key", ours(), "--lang", "zh")
    assert refused.output == "证据包不成立（appended）：zip 结尾之后还有 1 字节\n"
    assert refused.return_value == 1


def test_for_programs_it_is_one_object_in_both_languages() -> None:
    typed("pack", "--out", "e.zip")
    told = json.loads(typed("verify", "e.zip", "--key", ours(), "--json").output)
    assert (told["holds"], told["signed_by"]) == (True, ours())
    assert told["statement"]["verdicts"]["rehearsal"] == "GO"
    refused = json.loads(typed("verify", "e.zip", "--key", stranger(), "--json").output)
    assert (refused["holds"], refused["reason"]) == (False, "unknown-signer")
    assert "未在此指定" in refused["what"]["zh"]
    assert "statement" not in refused


def stranger() -> str:
    return public_text(Ed25519PrivateKey.generate())


def test_a_foreign_pack_is_refused_with_what_to_do() -> None:
    typed("pack", "--out", "e.zip")
    refused = typed("verify", "e.zip", "--key", stranger())
    assert refused.return_value == 1
    assert refused.output.startswith("The pack does not hold (unknown-signer): ")
    assert "another way than the pack came" in refused.output


def test_several_keys_are_pinned_by_option_and_by_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    typed("pack", "--out", "e.zip")
    assert typed("verify", "e.zip", "--key", stranger(), "--key", ours()).return_value == 0
    monkeypatch.setenv(TRUSTED, f"{stranger()}, {ours()}")
    assert typed("verify", "e.zip").return_value == 0


def test_without_a_pinned_key_nothing_is_believed() -> None:
    typed("pack", "--out", "e.zip")
    error = typed("verify", "e.zip").exception
    assert isinstance(error, UsageError)
    assert "no key is pinned" in str(error)


@pytest.mark.parametrize("key", ["", "ed25519:", "ed25519:AAAA", "rsa:AAAA", "ed25519:\x1b[2J", "é"])
def test_what_is_no_key_is_told(key: str) -> None:
    error = typed("verify", "e.zip", "--key", key).exception
    assert isinstance(error, UsageError)
    assert "this is no public key" in str(error)
    assert "\x1b" not in str(error)


@pytest.mark.parametrize("path", ["nowhere.zip", "runs", "/dev/null"])
def test_what_is_no_file_is_told(path: str) -> None:
    error = typed("verify", path, "--key", ours()).exception
    assert isinstance(error, UsageError)


def test_a_red_run_is_packed_with_code_0_and_says_so() -> None:
    sample_run(Path("runs"), "run-2", change=outcomes({"CBK-11": Outcome.FAIL}))
    made = typed("pack", "run-2", "--out", "e.zip")
    assert made.return_value == 0
    checked = typed("verify", "e.zip", "--key", ours())
    assert checked.return_value == 0
    assert "REHEARSAL NO-GO" in made.output
    assert "REHEARSAL NO-GO" in checked.output


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock by which a job that deploys asks."""
    return lambda moment: monkeypatch.setattr("harness.cli.verify.wire_now", lambda: moment)


def test_one_command_lets_a_job_deploy_what_is_go_and_nothing_else(
    today: Callable[[datetime], None],
) -> None:
    typed("pack", "--out", "e.zip")
    today(START + timedelta(days=1))
    said = typed("verify", "e.zip", "--key", ours(), "--expect-go", "rehearsal", "--subject", "sha256:5f2a")
    assert (said.return_value, said.output.splitlines()[-1]) == (
        0,
        "As expected: rehearsal was GO then, and still is",
    )
    said = typed("verify", "e.zip", "--key", ours(), "--expect-go", "production", "--json")
    expected = json.loads(said.output)["expected"]
    assert said.return_value == 1
    assert (expected["then"], expected["met"]) == ("NOT YET", False)
    other = typed("verify", "e.zip", "--key", ours(), "--expect-go", "rehearsal", "--subject", "sha256:0")
    assert (other.return_value, other.output.splitlines()[-1][:15]) == (1, "Not as expected")


def test_what_was_go_and_grew_old_is_not_deployed(today: Callable[[datetime], None]) -> None:
    typed("pack", "--out", "e.zip")
    today(START + timedelta(days=15))
    said = typed("verify", "e.zip", "--key", ours(), "--expect-go", "rehearsal")
    assert said.return_value == 1
    assert said.output.splitlines()[-1].endswith("it was GO then, and is NOT YET now")
    assert any(line.startswith("REHEARSAL NOT YET") for line in said.output.splitlines())


def test_a_narrowed_run_is_no_gates_go(today: Callable[[datetime], None]) -> None:
    sample_run(Path("runs"), "run-2", selection=True)
    typed("pack", "run-2", "--out", "e.zip")
    today(START + timedelta(days=1))
    said = typed("verify", "e.zip", "--key", ours(), "--expect-go", "rehearsal")
    assert said.return_value == 1
    assert "SELECTION" in said.output.splitlines()[-1]


@pytest.mark.parametrize(
    ("gate", "days", "why"),
    [("produktion", 1, "did you mean production?"), ("rehearsal", -1, "clock stands")],
)
def test_what_cannot_be_expected_is_told(
    gate: str, days: int, why: str, today: Callable[[datetime], None]
) -> None:
    typed("pack", "--out", "e.zip")
    today(START + timedelta(days=days))
    error = typed("verify", "e.zip", "--key", ours(), "--expect-go", gate).exception
    assert isinstance(error, UsageError)
    assert why in str(error)


def test_a_record_without_a_seal_is_refused() -> None:
    Path("runs/run-1/seal.json").unlink()
    error = typed("pack", "--out", "e.zip").exception
    assert isinstance(error, UsageError)
    assert "no seal" in str(error)
    assert not Path("e.zip").exists()


def test_secrets_of_a_settings_file_are_searched_for() -> None:
    Path(".env").write_text("WECHAT_MCP_API_KEY=REHEARSAL-secret-91\n", "utf-8")
    made = typed("pack", "--out", "e.zip", "--env-file", ".env")
    assert made.return_value == 0
    Path(".env").write_text("WECHAT_MCP_API_KEY=lakeside-secret-91\n", "utf-8")
    Path("papers").mkdir()
    Path("papers/form.txt").write_text("the key is lakeside-secret-91", "utf-8")
    error = typed("pack", "--out", "f.zip", "--env-file", ".env").exception
    assert isinstance(error, HarnessError)
    assert "papers/form.txt" in str(error)
    assert "lakeside" not in str(error)


def test_the_door_ends_with_the_code_and_without_a_traceback() -> None:
    typed("pack", "--out", "e.zip")
    Path("e.zip").write_bytes(b"")
    ended = subprocess.run(
        [sys.executable, "-m", "harness", "verify", "e.zip", "--key", ours(), "--lang", "en"],
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
        env={"PYTHONPATH": str(REASONS.parents[1]), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout == "The pack does not hold (empty): the file is empty\n"


def test_progress_is_told_after_two_seconds_and_not_before(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr("harness.cli.pack_progress.time.monotonic", lambda: now[0])
    progress = PackProgress(Text(zh="验证：", en="verifying:"), "en")
    progress(10_000_000)
    now[0] += 2.5
    progress(20_000_000)
    progress(30_000_000)
    progress.end()
    assert capsys.readouterr().err == "verifying: 20 MB\n"


def test_a_real_run_plants_its_canaries_and_its_pack_holds_none(place: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "harness", "run", "--only", "CFG-01", "--out", "runs/real", "--lang", "en"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(REASONS.parents[1])},
        check=False,
    )
    assert "SELECTION" in ended.stdout, ended.stderr
    exchanges = (place / "runs" / "real" / "artifacts" / "exchanges.ndjson").read_text("utf-8")
    assert exchanges.count('"operation":"canary"') == 2
    assert typed("pack", "real", "--out", "e.zip").return_value == 0
    assert typed("verify", "e.zip", "--key", ours()).return_value == 0
