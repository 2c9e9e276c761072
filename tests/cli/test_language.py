"""Every command speaks the language that it is asked for, else the terminal's."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harness.cli import golive, main
from harness.core.texts import read_texts

Walk = Iterator[tuple[str, click.Command]]
HAN = re.compile("[\u4e00-\u9fff]")
ROOMS = Path(__file__).parents[2]
SPOKEN = [
    "harness/simulator/foreground.yaml",
    "harness/shop/foreground.yaml",
    "harness/mutants/screen.yaml",
    "load/plan.yaml",
]


def commands(
    group: click.Group, context: click.Context, above: str = ""
) -> Iterator[tuple[str, click.Command]]:
    """Every command that a user is told of, with its words."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, context, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


COMMANDS = dict(commands(golive, click.Context(golive)))


def said(*arguments: str, locale: str = "C") -> str:
    ended = CliRunner(env={"LC_ALL": locale}).invoke(golive, arguments, standalone_mode=False)
    assert ended.exception is None
    return ended.output


def test_the_commands_that_are_walked_are_those_that_help_names() -> None:
    assert {"run", "config check", "simulator", "shop", "load", "mutants", "report"} <= COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_a_language(name: str) -> None:
    taken = [option for option in COMMANDS[name].params if "--lang" in option.opts]
    assert [getattr(option.type, "choices", ()) for option in taken] == [("zh", "en")]


@pytest.mark.parametrize(
    "arguments",
    [
        ("load", "--list"),
        ("load", "--plan", "brief"),
        ("shop", "--list-defects"),
        ("shop", "--list-variants"),
    ],
    ids=" ".join,
)
def test_one_language_is_spoken_at_a_time(arguments: tuple[str, ...]) -> None:
    chinese, english = said(*arguments, "--lang", "zh"), said(*arguments, "--lang", "en")
    assert HAN.search(chinese)
    assert not HAN.search(english)
    assert said(*arguments, locale="zh_CN.UTF-8") == chinese
    assert said(*arguments) == english


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--target", "experience", "--env-file", "none.env"),
        ("run", "--target", "http://127.0.0.1:9", "--env-file", "none.env"),
        ("config", "check", "none.env"),
        ("load", "--plan", "none"),
    ],
    ids=" ".join,
)
def test_a_refusal_is_told_in_the_language_that_was_asked_for(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert HAN.search(refused(capsys, monkeypatch, *arguments, "--lang", "zh"))
    assert not HAN.search(refused(capsys, monkeypatch, *arguments, "--lang", "en"))
    assert not HAN.search(refused(capsys, monkeypatch, *arguments))
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert HAN.search(refused(capsys, monkeypatch, *arguments))


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """What the front door says of a command that it did not take."""
    monkeypatch.setattr(sys, "argv", ["golive", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 4
    return capsys.readouterr().err


@pytest.mark.parametrize("file", SPOKEN)
def test_what_is_printed_is_written_in_chinese_too(file: str) -> None:
    texts = [text for section in read_texts(ROOMS / file).values() for text in section.values()]
    names = re.compile(r"{(\w+)}")
    for text in texts:
        assert set(names.findall(text.zh)) == set(names.findall(text.en)), text.en
        assert not HAN.search(text.en)
        assert text.zh != text.en
