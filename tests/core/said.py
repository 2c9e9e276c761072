"""Every sentence that a module can end a check with, read off its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PLACE = "{}"
TOLD = {
    "warn",
    "doubt",
    "append",
    "needs",
    "UnmetPrerequisite",
    "Finding",
    "_finding",
    "finding",
    "_say",
    "step",
    "Variable",
    "Shape",
    "Edit",
}
"""Calls that take a sentence."""
SPOKEN = (ast.Constant, ast.JoinedStr, ast.IfExp, ast.BinOp, ast.Tuple)
"""Expressions of texts."""
BUGS = {"AssertionError", "TypeError"}
"""What is raised for a bug of ours: no finding, and a traceback shows it."""
BOTH = "Text"
"""What speaks both languages itself."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,} |[a-z]{4,}")
_NAMED = re.compile(r"\{[a-z_]+\}")


def sentences(path: Path) -> set[str]:
    """The sentences of a module that have words of ours, with `{}` for what is put in at run time."""
    tree = ast.parse(path.read_text("utf-8"))
    found = {text for node in ast.walk(tree) for value in _told(node) for text in _texts(value)}
    return {text for text in found if _WORD.search(text.replace(PLACE, "")) and " " in text}


def _told(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a node that become a message."""
    match node:
        case ast.Assert(msg=ast.expr() as message):
            yield message
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if name in BUGS:
            return
        case ast.Raise(exc=ast.Call() as error):
            yield from _given(error)
        case ast.Return(value=ast.Call(func=ast.Name(id=name)) as error) if name[0].isupper():
            yield from () if name == BOTH else _given(error)
        case ast.Return(value=value) | ast.Yield(value=value) if isinstance(value, SPOKEN):
            yield value
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in TOLD:
            yield from _given(node)
        case ast.Assign(value=ast.expr() as value) | ast.AnnAssign(value=ast.expr() as value):
            yield from _held(value)


def _held(value: ast.expr) -> list[ast.expr]:
    """What a name stands for; of a table, what its plain keys lead to."""
    if isinstance(value, ast.Dict):
        return [
            each for key, each in zip(value.keys, value.values, strict=True) if isinstance(key, ast.Constant)
        ]
    return [value]


def _given(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (each.value for each in call.keywords if each.arg != "where")


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can become."""
    match node:
        case ast.Constant(value=str() as text):
            yield _NAMED.sub(PLACE, text)
        case ast.JoinedStr(values=parts):
            held = (str(part.value) if isinstance(part, ast.Constant) else PLACE for part in parts)
            yield _NAMED.sub(PLACE, "".join(held))
        case ast.IfExp(body=body, orelse=other):
            told = [*_texts(body), *_texts(other)]
            both = len({bool(_CHINESE.search(text)) for text in told}) > 1  # one for each language
            yield from () if both else told
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _texts(part)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            for begins in list(_texts(left)) or [PLACE]:
                yield from (begins + ends for ends in list(_texts(right)) or [PLACE])
