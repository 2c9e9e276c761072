"""The page on writing a scenario does what it says: followed step by step, its defect is caught."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE, CHINESE = ((ROOT / "docs" / f"write-a-scenario{end}.md").read_text("utf-8") for end in ("", ".zh-CN"))
BLOCK = re.compile(r"^<!-- (.+?) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BELOW = re.compile(r'below "(.+)" in (\S+)')
ROOMS = ("harness", "load", "reports", "scenarios")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout to work in: what a run needs, as it is here."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def carry_out(step: str, text: str, checkout: Path) -> None:
    """Do to the checkout what a step of the page asks for, or run its commands and compare what they say."""
    verb, _, path = step.partition(" ")
    match verb:
        case "create":
            assert not (checkout / path).exists()
            (checkout / path).write_text(text, "utf-8")
        case "append":
            assert (checkout / path).is_file()
            with (checkout / path).open("a", encoding="utf-8") as file:
                file.write("\n\n" + text if path.endswith(".py") else text)
        case "below":
            found = BELOW.fullmatch(step)
            assert found
            line, file_path = found[1] + "\n", checkout / found[2]
            assert file_path.read_text("utf-8").count(line) == 1
            file_path.write_text(file_path.read_text("utf-8").replace(line, line + text), "utf-8")
        case "try":
            for command in text.split("$ ")[1:]:
                said, _, claims = command.partition("\n")
                assert_said(run(said, checkout), claims)
        case _:
            pytest.fail(f"no such step: {step}")


def run(command: str, checkout: Path) -> str:
    program, *arguments = shlex.split(command)
    assert program == "golive"
    # The checkout's own code, whichever is installed.
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=240,
    )
    return done.stdout


def assert_said(output: str, claims: str) -> None:
    """Every part of a claim is found, one after the other; an ellipsis stands for anything."""
    position = 0
    for part in (part.strip("\n") for line in claims.splitlines() for part in line.split("…")):
        position = output.find(part, position)
        assert position >= 0, f"{part!r} is not said in:\n{output}"


def test_the_steps_lead_to_a_defect_that_is_caught(checkout: Path) -> None:
    for step, text in BLOCK.findall(PAGE):
        carry_out(step, text, checkout)


def test_both_languages_show_the_same_steps() -> None:
    assert BLOCK.findall(CHINESE) == BLOCK.findall(PAGE)
