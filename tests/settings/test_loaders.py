"""What five programs read from one line: Node's two are asked themselves, the others as they document it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.settings.loaders import Loader, read_by_each

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / ".tools/node"

NASTY = [
    "A=1", "A=", "A", "A= 1 ", "A =1", " A=1", "\tA=\t1\t", "export A=1", "export\tA = 1", "exportA=1",
    "A: 1", "A:1", "A=1 # c", "A=1#c", "A=1 #c", "A=#c", "A= # c", "A='1' # c", "A='1'#c", 'A="1 # c"',
    "A='a#b'", "# A=1\nB=2", "A='$aQ7x'", "A=x$aQ7y", 'A="$aQ7"', "A=x\\$y", "A='x\\$y'", 'A="x\\$y"',
    "A=a$$b", "A=a$", "A=$1", "A=\\\\$b", "B=b\nA=${B}c", "B=b\nA=$Bc", "A=${B}\nB=late", "A=${B:-or}",
    "B=b\nA=${B:-or}", "A=${B", "A=${}", "B=x$$y\nA=$B", "B=1\nA=\\$B$B", "A=$B\nB=$C\nC=3",
    "A='it\\'s'", "A='a'b'", "A='open", 'A="open', "A=`back`", "A=`a'b\"c`", "A='a' b", 'A="a""b"',
    "A=a'b'", "A=''", "A='\"x\"'", 'A="\'x\'"', 'A="a\\nb"', "A='a\\nb'", "A=a\\nb", 'A="a\\\\nb"',
    'A="a\\tb"', 'A="a\\"b"', 'A="a\\rb"', 'A="a\nb"', "A='a\nb'\nB=2", 'A="a\n# no comment\nb"',
    "A=a\\\nb", "A=\n'x'", "A=\n\nB=2", "A='a\n\nb'", "A=1\r\nB=2\r\n", 'A="a\r\nb"', "A=1\rB=2",
    "\ufeffA=1", "\ufeff# c\nA=1", "A=1\nA=2", "A=\nA=2", "A=1\nA=", "A=\u00a01\u00a0", "A=\u200b1",
    "A=1\u2028B=2", "A=中文 # 注释", "A.B=1", "A-B=1", "1A=1", ";A=1", "!\nA=1", "=1", "A==1=", "A=a b c",
    "A=a\tb", "A={\"a\": \"b\"}", "A=-----BEGIN X-----\nMII=\n-----END X-----",
]  # fmt: skip


class Node:
    """Node with its loaders, asked a text at a time."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("node")
        if program is None or not (PACKAGES / "node_modules/@next/env").is_dir():
            pytest.fail(
                "these tests run Node's own loaders: install node and npm, remove .venv/golive-setup.json, "
                "then `make setup` (docs/setup.md)"
            )
        command = [program, str(Path(__file__).parent / "node/read_env.cjs"), str(PACKAGES), str(folder)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"]},
            text=True,
            encoding="utf-8",
        )

    def read(self, text: str) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Node for the whole module."""
    asked = Node(tmp_path_factory.mktemp("node"))
    yield asked
    asked.end()


def agrees(node: Node, text: str) -> None:
    ours, theirs = read_by_each(text), node.read(text)
    assert theirs["dotenv"] == ours[Loader.DOTENV]
    assert theirs["next"] == theirs["expanded"] == ours[Loader.NEXT]


@pytest.mark.parametrize("text", NASTY, ids=repr)
def test_nodes_loaders_read_what_we_say_of_them(node: Node, text: str) -> None:
    agrees(node, text)


PIECE = st.sampled_from(
    [
        "A", "B", "NAME", "=", "=", "=", " ", "\n", "\n", "\r\n", "\r", "\t", "#", " #", "'", '"', "`",
        "\\", "\\n", "\\$", "$", "$A", "${B}", "${A:-x", "}", "$$", "export ", ":", ": ", "x", "y1",
        "é", "\u00a0", "\u2028", "\ufeff", "\u200b", ";", "-", ".", "中", "\x85", "\x1c", "\v", "$&",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(PIECE, max_size=22), assigned=st.booleans())
def test_nodes_loaders_read_what_we_say_of_them_in_any_text(
    node: Node, pieces: list[str], *, assigned: bool
) -> None:
    text = "A=" * assigned + "".join(pieces)
    ours = read_by_each(text)
    assume(
        ours[Loader.NEXT].keys() == ours[Loader.DOTENV].keys()
    )  # else it refers to itself: minutes of Node
    agrees(node, text)


@pytest.mark.parametrize("text", ["A=x$A", "A=$B\nB=$A", "A=$A$A", "B=ok\nA=${A}"])
def test_a_value_that_refers_to_itself_is_read_by_nobody_who_expands(text: str) -> None:
    assert "A" not in read_by_each(text)[Loader.NEXT]
    assert "A" in read_by_each(text)[Loader.DOTENV]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("A=1", {"A": "1"}),
        ("A=1 # c", {"A": "1 # c"}),
        ('A="1"', {"A": '"1"'}),
        ("  A= 1 \r\nB=2", {"A": " 1 ", "B": "2"}),
        ("export A=1\nB=2", {"B": "2"}),
        ("A =1", {}),
        ("=1", {}),
        ("\ufeffA=1", {"A": "1"}),
        ("#c\n  #d\nA\nA=1\nA=2", {"A": "2"}),
        ('A="x\ny"', {"A": '"x'}),
        (";A=1", {";A": "1"}),
        ("A=$B\\$", {"A": "$B\\$"}),
    ],
)
def test_docker_takes_everything_behind_the_sign(text: str, read: dict[str, str]) -> None:
    assert read_by_each(text)[Loader.DOCKER] == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("A=plain # c", {"A": "plain # c"}),
        ('A="x\\ny\\$z\\`q" # t', {"A": "x\\ny$z`q# t"}),
        ("A='a\\nb'", {"A": "a\\nb"}),
        ("A=a\\ b\\n", {"A": "a bn"}),
        ("A=a#b", {"A": "a#b"}),
        ('A="x"y "z"', {"A": 'xy "z"'}),
        ("export A=1\nB=2", {"B": "2"}),
        ("A = v ", {"A": "v"}),
        ("A=`a`", {"A": "`a`"}),
        ('A="multi\nline"', {"A": "multi\nline"}),
        ("A=a\\\nb", {"A": "ab"}),
        ("A=tab\there", {"A": "tab\there"}),
        (";A=1\n#B=1\nC=\n", {"C": ""}),
        ('A="a" b', {"A": "ab"}),
        ("A='a' 'b'", {"A": "ab"}),
        ('A="a\\\nb"', {"A": "ab"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("\ufeffA=1\nB=2", {"B": "2"}),
        ("A='open\nB=2", {"A": "open\nB=2"}),
        ("A=\x01", {"A": "\x01"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A", {}),
        ("A=x\\", {"A": "x"}),
    ],
)
def test_systemd_reads_quotes_as_a_shell_and_no_comment_behind_a_value(
    text: str, read: dict[str, str]
) -> None:
    assert read_by_each(text)[Loader.SYSTEMD] == read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=a#b", "a#b"), ("A=a #b", "a"), ("A=$B", "$B"), ("B=b\nA=${B}", "b"), ("B=b\nA='${B}'", "b"),
        ("A=${C:-or}", "or"), ("A=x\\$y", "x\\$y"), ("A=`x`", "`x`"), ('A="a\\tb"', "a\tb"),
        ('A="a\r\nb"', "a\nb"),
    ],
)  # fmt: skip
def test_python_dotenv_fills_in_braces_alone(text: str, value: str) -> None:
    assert read_by_each(text)[Loader.PYTHON]["A"] == value


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("A=B \t\n\r#'\"`\\$;{}x\ufeff\x00"), max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    assert set(read_by_each(text)) == set(Loader)
