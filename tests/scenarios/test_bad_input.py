"""Bad input to a rehearsal: a clear sentence, the right exit code, and nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harness.processes.child import golive_command
from tests.scenarios.running import PROJECT, rehearse

PLACEHOLDERS = """\
PAYMENT_MCP_ENABLED=true
WECHAT_MCP_API_KEY=[从微信商户平台获取的MCP_API_KEY]
WECHAT_PAY_APP_ID=[您的微信AppID]
WECHAT_PAY_APIV3_KEY=tell-nobody
WECHAT_PAY_PRIVATE_KEY=not-a-key-either
"""


def test_a_broken_env_file_is_explained_whole_and_echoes_no_secret(tmp_path: Path) -> None:
    env_file = tmp_path / ".env.local"
    env_file.write_text(PLACEHOLDERS, "utf-8")
    run = rehearse(tmp_path / "run", "--target=http://127.0.0.1:9", f"--env-file={env_file}")
    assert run.code == 4, run.output
    for name in ("WECHAT_MCP_API_KEY", "WECHAT_PAY_APP_ID", "WECHAT_PAY_APIV3_KEY", "WECHAT_PAY_PRIVATE_KEY"):
        assert name in run.output
    assert "tell-nobody" not in run.output
    assert "not-a-key-either" not in run.output
    assert "Traceback" not in run.output


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("--only=CBK-99", "did you mean"),
        ("--defect=skips-signatur", "skips-signature"),
        ("--load=smoek", "did you mean smoke"),
        ("--gate=production", "--gate rehearsal"),
        ("--target=production", ".env.local"),
        ("--target=http://127.0.0.1:8765", "--env-file"),
        ("--merchant=my-shop.toml", "use one that ships (shop)"),
    ],
    ids=["control", "defect", "load", "gate", "target", "url", "merchant"],
)
def test_an_impossible_request_is_refused_with_advice(argument: str, words: str, tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", argument)
    assert run.code == 4, run.output
    assert words in run.output
    assert "Traceback" not in run.output
    assert not (tmp_path / "run").exists()


def test_ones_own_app_is_sent_to_a_simulator_that_it_can_know(tmp_path: Path) -> None:
    shipped = (PROJECT / "harness/merchant/profiles/shop.toml").read_text("utf-8")
    profile = tmp_path / "my-shop.toml"
    profile.write_text(shipped.replace('build = "', 'build = "my-'), "utf-8")
    run = rehearse(tmp_path / "run", f"--merchant={profile}")
    assert run.code == 4, run.output
    assert "golive simulator --write-env" in run.output


@pytest.mark.parametrize(
    ("defect", "merchant", "command"),
    [
        ("skips-signature", "my.toml", "golive shop --defect"),
        ("clock-skewed", "shop", "golive simulator --defect"),
    ],
    ids=["merchant", "endpoint"],
)
def test_a_defect_of_somebody_elses_program_is_refused(
    defect: str, merchant: str, command: str, tmp_path: Path
) -> None:
    arguments = ["--target=http://127.0.0.1:9", "--env-file=.env", f"--merchant={merchant}"]
    run = rehearse(tmp_path / "run", *arguments, f"--defect={defect}")
    assert run.code == 4, run.output
    assert command in run.output


def test_no_browser_is_exit_3_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLIVE_BROWSER", str(tmp_path / "no-such-browser"))
    run = rehearse(tmp_path / "run")
    assert run.code == 3, run.output
    assert "GOLIVE_BROWSER" in run.output


def test_a_run_without_a_browser_scenario_needs_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLIVE_BROWSER", str(tmp_path / "no-such-browser"))
    run = rehearse(tmp_path / "run", "--only=CFG-01")
    assert run.code == 0, run.output


def test_nothing_chosen_is_exit_5(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "-k", "no_scenario_has_this_name", door="pytest")
    assert run.code == 5, run.output


BREAKS_AT_THE_END = """\
def pytest_golive_checked(checks):
    raise RuntimeError("boom")
"""
UNREADABLE = """\
def pytest_collection_modifyitems(session, items):
    session.testsfailed += 1
"""


def test_a_plugin_that_breaks_is_never_a_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "breaking.py").write_text(BREAKS_AT_THE_END, "utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{PROJECT}{os.pathsep}{tmp_path}")
    run = rehearse(tmp_path / "run", "-p", "breaking", "--only=CFG-01", door="pytest")
    assert run.code == 5, run.output
    assert "SELECTION FAIL" in run.output
    assert "broke" in json.loads((run.folder / "run.json").read_text("utf-8"))["faults"][0]


def test_a_scenario_file_that_cannot_be_read_is_exit_5(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unreadable.py").write_text(UNREADABLE, "utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{PROJECT}{os.pathsep}{tmp_path}")
    run = rehearse(tmp_path / "run", "-p", "unreadable", "--only=CFG-01", door="pytest")
    assert run.code == 5, run.output
    assert "a scenario file cannot be read" in run.output
    assert not run.folder.exists()


def test_a_record_is_never_overwritten(tmp_path: Path) -> None:
    first = rehearse(tmp_path / "run", "--only=CFG-01")
    again = rehearse(tmp_path / "run", "--only=CFG-01")
    assert (first.code, again.code) == (0, 4), again.output
    assert "--out" in again.output


def test_a_narrowed_run_judges_no_gate(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--only=CFG-01,CFG-02")
    assert run.code == 0, run.output
    assert "SELECTION PASS" in run.output
    assert "REHEARSAL GO" not in run.output


def _started(folder: Path) -> subprocess.Popen[str]:
    """A rehearsal in a process group of its own, after its first scenarios."""
    process = subprocess.Popen(
        golive_command("run", f"--out={folder}"),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    results = folder / "results.ndjson"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (
        results.is_file() and results.read_text("utf-8").count("\n") > 8
    ):
        assert process.poll() is None, "the run ended before it could be interrupted"
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_keeps_the_record_and_says_not_yet(times: int, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = _started(folder)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to everybody
        time.sleep(0.1)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2, output
    assert json.loads((folder / "run.json").read_text("utf-8"))["interrupted"] is True
    assert len((folder / "results.ndjson").read_text("utf-8").splitlines()) > 8
    assert "REHEARSAL NOT YET" in output
    assert "REHEARSAL GO" not in output
    assert (folder / "report.html").is_file()
    assert "Traceback" not in output


def test_the_third_ctrl_c_ends_at_once_and_leaves_a_readable_record(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = _started(folder)
    while process.poll() is None:  # a busy machine takes two for one, so that three may be two
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.05)
    output, _ = process.communicate(timeout=60)
    assert process.returncode in {130, -signal.SIGINT}, output
    meta = json.loads((folder / "run.json").read_text("utf-8"))
    assert meta["interrupted"] is True or meta["ended"] is None


def test_a_run_that_stops_at_the_first_failure_was_cut_short(tmp_path: Path) -> None:
    run = rehearse(
        tmp_path / "run", "-x", "--one-by-one", "--only=CBK-02", "--defect=skips-signature", door="pytest"
    )
    assert run.code == 1, run.output
    assert len({check.scenario for check in run.checks if check.control == "CBK-02"}) == 1
    assert json.loads((run.folder / "run.json").read_text("utf-8"))["interrupted"] is True


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    run = rehearse(tmp_path / "file" / "run", "--only=CFG-02")
    assert run.code == 4, run.output
    assert "--out" in run.output
    assert "Error" not in run.output


def test_a_refused_run_leaves_no_folder(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--only=CBK-99")
    assert run.code == 4
    assert not run.folder.exists()


def test_a_terminal_that_knows_ascii_only_gets_a_verdict(tmp_path: Path) -> None:
    done = subprocess.run(
        golive_command("run", "--only=CFG-02", "--out=run"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "SELECTION PASS" in done.stdout


def test_a_reader_that_leaves_does_not_change_the_verdict(tmp_path: Path) -> None:
    process = subprocess.Popen(
        golive_command("run", "--only=CFG-01,CFG-02", "--out=run"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0, said
    assert json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["interrupted"] is False
    assert not said
