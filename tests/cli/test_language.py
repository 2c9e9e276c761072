"""Every command speaks the language that it is asked for, else the terminal's."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harness.cli import golive, main
from harness.core.texts import read_pairs, read_texts

GROUPS = ("callback", "clauses", "config", "dossier", "merchant", "history")
Walk = Iterator[tuple[str, click.Command]]
HAN = re.compile("[\u4e00-\u9fff]")
ROOMS = Path(__file__).parents[2]
SPOKEN = [
    "harness/simulator/foreground/said.yaml",
    "harness/shop/foreground.yaml",
    "harness/mutants/screen.yaml",
    "load/plan.yaml",
    "harness/cli/papers.yaml",
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
        ("run", "--only", "CBK-99"),
        ("run", "--gate", "none", "--set", "smoke"),
        ("load", "--by", "smoke"),
        ("callback", "list", "--form", "none"),
        ("report", "nowhere"),
        ("report", "--as-of", "today"),
        ("mutants", "--only", "nonsense"),
        ("explain", "XX-1"),
        ("run", "--nonsense"),
        ("run", "--set", "huge"),
        ("run", "--only"),
        ("run", "--budget-fen"),
        ("load", "--processes", "99"),
        ("mutants", "--soak", "many"),
        ("explain", "PAY-01", "PAY-02"),
        ("merchant", "check"),
        ("attest", "OPS-02", "--by", "nobody", "--file", "none.pdf", "--valid-until", "2099-01-01"),
        ("attest", "OPS-02", "--by", "nobody", "--file", "none.pdf", "--valid-until", "soon"),
        ("approve", "OPS-02", "--by", "nobody"),
        ("waive", "CBK-01", "--by", "nobody", "--owner", "nobody", "--reason", "none"),
        ("withdraw", "1", "--by", "nobody", "--reason", "none"),
        ("dossier", "status", "--as-of", "soon"),
        ("dossier", "status", "--run", "nowhere"),
    ],
    ids=" ".join,
)
def test_a_refusal_is_told_in_the_language_that_was_asked_for(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    command = arguments[: 1 + (arguments[0] in GROUPS)]
    rest = arguments[len(command) :]
    assert HAN.search(refused(capsys, monkeypatch, *command, "--lang", "zh", *rest))
    assert not HAN.search(refused(capsys, monkeypatch, *command, "--lang=en", *rest))
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


FORMS = re.compile(r"[{](\w+)(?:!r)?[}]")
OURS = re.compile(r"'?[{]\w+[}]'?")
UNSAID = {
    *("file", "directory", "path", "Choice({choices})", "unknown error"),
    *("Missing argument", "Missing option", "Missing parameter", "Missing {param_type}"),
    *("{value!r} is not a valid UUID.", "Invalid start character for option ({option})"),
    *("{value!r} does not match the format {format}.", "{value!r} does not match the formats {formats}."),
}
"""What click says in parts, or of kinds of options that no command here has."""


def test_every_refusal_of_click_has_its_chinese() -> None:
    rooms = [Path(click.__file__).with_name(f"{name}.py") for name in ("exceptions", "types", "parser")]
    calls = [node for room in rooms for node in ast.walk(ast.parse(room.read_text("utf-8")))]
    said = {
        text.value
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("_", "ngettext")
        for text in call.args
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    }
    known = {OURS.sub("{}", pair.en) for pair in read_pairs(ROOMS / "harness/cli/findings.zh.yaml")}
    missing = {
        each for each in said - UNSAID if OURS.sub("{}", FORMS.sub(r"{\1}", each)).split("\n")[0] not in known
    }
    assert len(said) > 20
    assert missing == set()
