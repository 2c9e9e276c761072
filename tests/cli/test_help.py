"""Help is read by somebody who is new: whole sentences, and options on no more than two screens."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from harness.cli import golive
from tests.cli.test_language import COMMANDS

TWO_SCREENS = 50


def helped(name: str) -> list[str]:
    return CliRunner(env={"LC_ALL": "C"}).invoke(golive, [*name.split(), "--help"]).output.splitlines()


@pytest.mark.parametrize("name", COMMANDS)
def test_options_fill_no_more_than_two_screens(name: str) -> None:
    lines = helped(name)
    options = lines[lines.index("Options:") :]
    ends = options.index("") if "" in options else len(options)
    assert 0 < ends <= TWO_SCREENS


@pytest.mark.parametrize("name", ["", *sorted({name.partition(" ")[0] for name in COMMANDS if " " in name})])
def test_no_line_about_a_command_is_cut_short(name: str) -> None:
    lines = helped(name)
    assert [line for line in lines[lines.index("Commands:") :] if line.endswith("...")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    options = [each for each in COMMANDS[name].params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize(("typed", "meant"), [("rnu", "run"), ("exprot", "export"), ("config chek", "check")])
def test_a_command_that_is_nearly_one_is_told_which(typed: str, meant: str) -> None:
    ended = CliRunner(env={"LC_ALL": "C"}).invoke(golive, typed.split())
    assert (ended.exit_code, f"Did you mean '{meant}'?" in ended.output) == (2, True)
