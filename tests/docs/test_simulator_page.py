"""The simulator's page does what it says: its commands run, its names exist, both languages show the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from harness.levers.actions import ACTIONS
from harness.levers.models import FaultOperation
from harness.processes.child import golive_command
from harness.processes.serving import base_url, listen
from harness.simulator.account import key_files
from harness.simulator.server import Simulator
from harness.simulator.wire.apiv3.errors import ENGLISH
from setup.shells import SHELLS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "simulator.md").read_text("utf-8")
CHINESE = (DOCS / "simulator.zh-CN.md").read_text("utf-8")
PATIENCE_S = 30.0


class Block(NamedTuple):
    """A fenced block: whether it is to be tried, and the name it is to be saved under, if any."""

    tried: bool
    file: str | None
    language: str
    text: str


def blocks(page: str) -> list[Block]:
    found = re.findall(
        r"(<!-- try(?: as (\S+))? -->\n)?^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL
    )
    return [Block(bool(mark), file or None, language, text) for mark, file, language, text in found]


START, *FOLLOWING = [block for block in blocks(PAGE) if block.tried]
SHELL = [block for block in FOLLOWING if block.language == "sh"]
(NODE,) = [block for block in FOLLOWING if block.language == "js"]


def claims(text: str) -> list[list[str]]:
    """What the page says a block prints: the parts of each `# → …` line, an ellipsis between them."""
    return [line.split("…") for line in re.findall(r"^(?:#|//) → (.*)$", text, re.MULTILINE)]


def assert_said(output: str, text: str) -> None:
    """Every claim of a block is found in its output, one after the other."""
    position = 0
    for claim in claims(text):
        for part in claim:
            place = output.find(part, position)
            assert place >= 0, f"{part!r} is not said after {output[:position]!r} in:\n{output}"
            position = place + len(part)


def unused() -> str:
    with listen() as socket:
        return base_url(socket)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The page's folder with its simulator running."""
    folder = tmp_path_factory.mktemp("page")
    with simulator_of(START.text, folder):
        yield folder


@contextmanager
def simulator_of(text: str, folder: Path) -> Iterator[None]:
    """Started by a page's own command on free ports; what it says is in `said.log`."""
    command = text.splitlines()[-1].replace("http://127.0.0.1:3000", unused()).split()
    assert command[0] == "golive"
    with (folder / "said.log").open("wb") as log:
        simulator = subprocess.Popen(
            [*golive_command(), *command[1:], "--port", "0"],
            cwd=folder,
            stdout=log,
            stderr=log,
            env=os.environ | {"TMPDIR": str(folder)},
        )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while "  stop " not in (folder / "said.log").read_text("utf-8"):
            assert simulator.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield
    finally:
        simulator.terminate()
        assert simulator.wait(timeout=PATIENCE_S) == 0


def shell(folder: Path, script: str, *, named: str = "sh", limit_s: float = PATIENCE_S) -> str:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [named, "-eu", "-c", script],
        cwd=folder,
        env=environment | {"NO_PROXY": "127.0.0.1", "LC_ALL": "C.UTF-8", "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=limit_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("named", SHELLS)
def test_the_shell_commands_say_what_the_page_says_in_every_shell(folder: Path, named: str) -> None:
    assert shutil.which(named), f"there is no {named}: `make setup` installs it on Debian"
    script = "\n".join(block.text for block in SHELL).replace("-order", f"-order-{named}")
    assert len(claims(script)) >= 8
    assert_said(shell(folder, script, named=named), script)


def test_order_by_node_is_placed_and_its_answer_verified(folder: Path) -> None:
    assert NODE.file is not None
    (folder / NODE.file).write_text(NODE.text, "utf-8")
    named = set(re.findall(r"env\.(\w+)", NODE.text))
    assert named <= set(names())
    assert shutil.which("node"), "there is no node: install it (Debian: apt-get install nodejs npm)"
    assert_said(shell(folder, f"set -a; . ./.env.simulator; set +a; node {NODE.file}"), NODE.text)


def test_what_the_command_prints_names_what_it_wrote(folder: Path) -> None:
    said = (folder / "said.log").read_text("utf-8")
    for part in (
        "base URL",
        "api.mch.weixin.qq.com",
        ".env.simulator",
        "GOLIVE_LEVERS_TOKEN",
        "docs/simulator.md",
    ):
        assert part in said
    for name in key_names():
        assert f"keys/{name}" in said
        assert (folder / "keys" / name).stat().st_mode & 0o777 == 0o600


def names() -> list[str]:
    """Every variable that --write-env writes."""
    return list(Simulator().environment(base_url="http://127.0.0.1:1", notify_url="http://127.0.0.1:2/x"))


def key_names() -> list[str]:
    return [
        key_files.MERCHANT_KEY,
        key_files.MERCHANT_CERTIFICATE,
        key_files.MERCHANT_STORE,
        key_files.PLATFORM_KEY,
        key_files.PLATFORM_CERTIFICATE,
    ]


@pytest.mark.parametrize("page", [PAGE, CHINESE], ids=["en", "zh"])
def test_every_variable_and_key_file_exists(page: str) -> None:
    known = names()
    for name in set(re.findall(r"\b(?:WECHAT|GOLIVE|MCP)_[A-Z0-9_]+[A-Z0-9]\b", page)):
        assert name in known
    for name in set(re.findall(r"keys/(\w+\.\w+)", page)):
        assert name in key_names()


@pytest.mark.parametrize("page", [PAGE, CHINESE], ids=["en", "zh"])
def test_every_error_code_and_fault_exists(page: str) -> None:
    codes = set(re.findall(r"\| 4\d\d `([A-Z_]+)`", page))
    assert len(codes) >= 6
    assert codes <= set(ENGLISH)
    operations, actions = re.findall(r"^\| \S+ \| ((?:`[a-z_-]+` ?)+)\|$", page, re.MULTILINE)
    assert set(re.findall(r"`([\w-]+)`", operations)) == set(get_args(FaultOperation))
    assert set(re.findall(r"`(\w+)`", actions)) == set(ACTIONS)


def test_both_languages_show_the_same_code() -> None:
    assert blocks(CHINESE) == blocks(PAGE)


def test_each_of_the_common_sdks_is_shown() -> None:
    assert {block.language for block in blocks(PAGE)} == {"sh", "php", "java", "go", "js", "json"}


def test_a_claim_that_is_not_said_is_noticed() -> None:
    assert_said('{"code_url":"x"}', '# → {"code_url":"…"}')
    with pytest.raises(AssertionError):
        assert_said('{"code":"SIGN_ERROR"}', '# → {"code_url":"…"}')
