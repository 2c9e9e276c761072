"""CFG-01: a line that programs read differently is a finding, or a note where a habit explains it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.settings import ConfigurationReport, EnvFile, Finding, check

Environment = Callable[..., dict[str, str]]
Judge = Callable[[str], ConfigurationReport]
SECRET = "Qw8rTy2uLm5xKc7vBn1zHs4jFd9gPe3a"


@pytest.fixture
def judge_lines(environment: Environment) -> Judge:
    """Judge complete settings whose file has some lines of its own; what they set is left out elsewhere."""

    def run(lines: str) -> ConfigurationReport:
        rest = [f"{name}={value}" for name, value in environment("production").items() if name not in lines]
        return check(EnvFile.parse("\n".join([lines, *rest, ""]), ".env"), target="production")

    return run


def parted(report: ConfigurationReport) -> list[Finding]:
    return [finding for finding in report.of("CFG-01") if "every loader" in finding.problem]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"WECHAT_PAY_API_KEY={SECRET}$aQ7", "@next/env read only the first 32 of 36"),
        (f"WECHAT_PAY_API_KEY='{SECRET}$aQ7'", "@next/env read only the first 32 of 36"),
        (f"WECHAT_PAY_API_KEY={SECRET}#x", "@next/env, Node dotenv read only the first 32 of 34"),
        (f"WECHAT_PAY_API_KEY={SECRET} #x", "docker --env-file, systemd EnvironmentFile read 35 characters"),
        (f'WECHAT_PAY_API_KEY="{SECRET}\\t"', "python-dotenv read 33 characters"),
        (f"WECHAT_PAY_API_KEY=`{SECRET}`", "@next/env, Node dotenv read 32 characters"),
        (f"WECHAT_PAY_API_KEY={SECRET}\\t", "systemd EnvironmentFile read 33 characters"),
        (
            f"WECHAT_PAY_API_KEY: {SECRET}",
            "python-dotenv, docker --env-file, systemd EnvironmentFile read nothing",
        ),
        (f"WECHAT_PAY_API_KEY = {SECRET}", "docker --env-file read nothing (docker refuses the whole file)"),
        (f"export WECHAT_PAY_API_KEY={SECRET}", "systemd EnvironmentFile read nothing"),
        (f"WECHAT_PAY_API_KEY=\t{SECRET}", "docker --env-file read 33 characters, others from number 1"),
        (f"\ufeffWECHAT_PAY_API_KEY={SECRET}", "systemd EnvironmentFile read nothing"),
        (f"WECHAT_PAY_API_KEY=x$WECHAT_PAY_API_KEY{SECRET}", "@next/env read only the first 1 of"),
        ("MCP_MAX_AMOUNT=`10000`", "python-dotenv"),
        ("MCP_TIMEOUT=\t15000", "@next/env, Node dotenv, python-dotenv, systemd EnvironmentFile read 15000"),
        (
            "WECHAT_PAY_NOTIFY_URL=https://shop.example.com/a#b",
            "@next/env, Node dotenv read only the first 26",
        ),
    ],
)
def test_a_line_that_loaders_read_differently_is_a_finding_with_what_each_reads(
    judge_lines: Judge, line: str, told: str
) -> None:
    (found,) = parted(judge_lines(line))
    assert (found.variable, found.line) == (
        line.lstrip("\ufeff").removeprefix("export ").split("=")[0].split(":")[0].strip(),
        1,
    )
    assert told in found.problem
    assert found.fix
    assert not found.blocks
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    ("line", "who", "clean"),
    [
        ("MCP_TIMEOUT=10000  # 毫秒", "docker --env-file and systemd take a comment", True),
        ("MCP_MAX_AMOUNT=10000 #100元", "docker --env-file and systemd take a comment", True),
        (
            f"WECHAT_PAY_API_KEY={SECRET}  # from the portal",
            "docker --env-file and systemd take a comment",
            True,
        ),
        (f'WECHAT_PAY_API_KEY="{SECRET}"', "docker --env-file keeps quotes", True),
        (f"WECHAT_PAY_API_KEY='{SECRET}'  # portal", "docker --env-file keeps quotes", True),
        (f"WECHAT_PAY_API_KEY={SECRET}\\$aQ7", "only @next/env needs \\$", True),
        (f"WECHAT_PAY_API_KEY='{SECRET}\\$aQ7'", "only @next/env needs \\$", True),
        (f'WECHAT_PAY_API_KEY="{SECRET}\\$aQ7"', "only @next/env needs \\$", True),
    ],
)
def test_what_a_habit_explains_is_a_note_that_names_variable_and_line(
    judge_lines: Judge, line: str, who: str, clean: bool
) -> None:
    report = judge_lines(line)
    assert report.clean is clean
    (note,) = [note for note in report.notes if who in note.text]
    assert f"{line.split('=', maxsplit=1)[0]} (1)" in note.text
    assert SECRET not in str(report.notes)


def test_one_note_names_every_line_of_a_habit(environment: Environment) -> None:
    text = "\n".join(f'{name}="{value}"' for name, value in environment("production").items())
    report = check(EnvFile.parse(text, ".env"), target="production")
    assert report.clean
    (note,) = [note for note in report.notes if note.control == "CFG-01"]
    assert all(name in note.text for name in environment("production"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_plain_lines_are_the_same_to_all(environment: Environment, newline: str) -> None:
    text = newline.join(f"{name}={value}" for name, value in environment("production").items())
    report = check(EnvFile.parse(text, ".env"), target="production")
    assert report.clean
    assert [note for note in report.notes if note.control == "CFG-01"] == []


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("MCP_TIMEOUT=\t15000", "write MCP_TIMEOUT=value: no quotes"),
        (
            f"WECHAT_PAY_API_KEY={SECRET}#x",
            "in single quotes (right for @next/env, Node dotenv, python-dotenv, systemd",
        ),
        (f"WECHAT_PAY_API_KEY={SECRET}$x", "@next/env alone wants \\$"),
    ],
)
def test_the_fix_is_a_spelling_that_was_tried(judge_lines: Judge, line: str, advice: str) -> None:
    (found,) = parted(judge_lines(line))
    assert advice in found.fix


def test_what_the_app_alone_reads_is_compared_as_ours_is(judge_lines: Judge) -> None:
    lines = (
        f"JWT_SECRET={SECRET}$aQ7",
        "DATABASE_PASSWORD: 123456",
        "SALT=1#2",
        "jwt_secret=a$b",
        "PORT=3000  # 端口",
        'GREETING="one\nPAY_KEY=two"',
    )
    report = judge_lines("\n".join(lines))
    assert [(found.variable, found.line) for found in parted(report)] == [
        ("JWT_SECRET", 1),
        ("DATABASE_PASSWORD", 2),
        ("SALT", 3),
        ("jwt_secret", 4),
    ]
    assert "@next/env read only the first 32 of 36" in parted(report)[0].problem
    assert not any("123456" in str(found) or SECRET in str(found) for found in parted(report))
    notes = [note.text for note in report.notes if note.control == "CFG-01"]
    assert any("PORT (5)" in note for note in notes)
    assert any("GREETING (6)" in note for note in notes)


def test_a_line_of_a_key_without_quotes_is_no_variable(judge_lines: Judge) -> None:
    line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8c=="
    assert parted(judge_lines(f"{line[:-2]}= #x$y\n{line}")) == []
