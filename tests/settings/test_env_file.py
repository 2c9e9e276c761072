"""What an `.env` file's author wrote is kept: order, line numbers, comments, overridden lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError
from harness.settings import EnvFile

PEM_PASTED_WITHOUT_QUOTES = """\
A=1
WECHAT_PAY_PRIVATE_KEY=-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
-----END PRIVATE KEY-----
B=2
"""


@pytest.mark.parametrize(
    ("text", "value", "comment"),
    [
        ("A=1000000  # 单笔最大金额（100元）", "1000000", "单笔最大金额（100元）"),
        ("A=1", "1", ""),
        ("A=", "", ""),
        ("A= # nothing yet", "", "nothing yet"),
        ("A=abc#def", "abc#def", ""),
        ('A="x # y"  # z', "x # y", "z"),
        ("A='x' # z", "x", "z"),
        ('A="say \\"hi\\"" # z', 'say "hi"', "z"),
        ("export A = 1 # z", "1", "z"),
        ("A=1 # one # two", "1", "one # two"),
    ],
)
def test_a_line_keeps_its_value_and_its_trailing_comment(text: str, value: str, comment: str) -> None:
    (line,) = EnvFile.parse(text, "memory").lines
    assert (line.key, line.value, line.comment) == ("A", value, comment)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_numbers_count_blank_lines_comments_and_quoted_line_ends(newline: str) -> None:
    text = newline.join(["", "# head", "", "A=1", "", 'B="x', 'y"', "", "   C=3"])
    assert [(line.key, line.number) for line in EnvFile.parse(text, "memory").lines] == [
        ("A", 4),
        ("B", 6),
        ("C", 9),
    ]


def test_a_variable_set_twice_keeps_both_lines_and_the_last_one_counts() -> None:
    env = EnvFile.parse("A=old\nB=1\nA=new\n", "memory")
    assert [(line.value, line.number) for line in env.defining("A")] == [("old", 1), ("new", 3)]
    assert env.values == {"A": "new", "B": "1"}


def test_lines_no_loader_understands_are_numbered_and_do_not_hide_their_neighbours() -> None:
    env = EnvFile.parse("A=1\njust words\nNO_EQUALS\n\nB='open\n", "memory")
    assert env.unreadable == (2, 3, 5)
    assert env.values == {"A": "1"}


def test_a_key_pasted_without_quotes_shows_none_of_its_lines() -> None:
    env = EnvFile.parse(PEM_PASTED_WITHOUT_QUOTES, "memory")
    assert env.values["B"] == "2"
    assert env.unreadable == (3, 4, 5)
    shown = repr(env) + repr(env.lines) + "".join(str(line) for line in env.lines)
    assert "MIIE" not in shown
    assert "BKcw" not in shown


def test_a_repr_names_the_variable_and_the_length_but_not_the_value() -> None:
    (line,) = EnvFile.parse("WECHAT_PAY_API_KEY=s3cr3t-s3cr3t", "memory").lines
    assert repr(line) == "EnvLine(WECHAT_PAY_API_KEY, line 1, 13 characters)"


@pytest.mark.parametrize("prefix", ["", "\ufeff"])
def test_utf_8_is_read_with_and_without_a_byte_order_mark(tmp_path: Path, prefix: str) -> None:
    path = tmp_path / ".env.local"
    path.write_text(f"{prefix}A=1 # 一元\n", "utf-8")
    env = EnvFile.read(path)
    assert env.values == {"A": "1"}
    assert env.lines[0].comment == "一元"
    assert env.folder == tmp_path


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("A=1\nB=值".encode("utf-16"), "line 1 holds bytes that are no text"),
        ("A=1\nB=商户号".encode("gbk"), "line 2 holds bytes that are no text"),
        (b"A=1\n" * 2_500_000, "larger than 256 KiB"),
        (b"A=" + b"x" * 20_000, "line 1 has 20002 characters"),
    ],
)
def test_what_is_no_settings_file_is_refused_with_a_remedy(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / ".env.local"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=what) as refused:
        EnvFile.read(path)
    assert refused.value.where == str(path)
    assert refused.value.remedy


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file") as missing:
        EnvFile.read(tmp_path / "absent")
    with pytest.raises(ConfigurationError, match="is a directory"):
        EnvFile.read(tmp_path)
    assert "golive simulator --write-env" in missing.value.remedy


def test_a_path_through_a_file_is_refused_in_the_systems_own_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be read: Not a directory"):
        EnvFile.read(tmp_path / "file" / ".env")


def test_nothing_is_expanded() -> None:
    assert EnvFile.parse("A=x\nB=${A}", "memory").values["B"] == "${A}"
