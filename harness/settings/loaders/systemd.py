"""systemd's `EnvironmentFile=` (systemd.exec(5)): no comment behind a value, shell quotes, nothing expanded.

Outside of quotes a backslash stands for the character behind it, and before a line end joins the lines.
In double quotes it does so before `"`, `\\`, a backtick and `$` alone; in single quotes it is a backslash.
"""

from __future__ import annotations

import re

NEWLINE = "\n\r"
BLANK = " \t" + NEWLINE
COMMENT = "#;"
ESCAPED_IN_DOUBLE_QUOTES = '"\\`$'
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read(text: str) -> dict[str, str]:
    """The variables of a file; an assignment with a bad name is ignored, as there."""
    values: dict[str, str] = {}
    at = 0
    while at < len(text):
        if text[at] in BLANK:
            at += 1
            continue
        end = _line_end(text, at)
        name, equals, _ = text[at:end].partition("=")
        if text[at] in COMMENT or not equals:
            at = end
            continue
        value, at = _value(text, at + len(name) + 1)
        name = name.rstrip(BLANK)
        if _NAME.fullmatch(name):
            values[name] = value
    return values


def _line_end(text: str, at: int) -> int:
    found = re.compile(r"[\n\r]").search(text, at)
    return found.start() if found else len(text)


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that starts at a place, and where it ends."""
    out: list[str] = []
    kept = 0  # characters that stay when the blanks at the end of an unquoted value go
    bare = False
    while at < len(text) and text[at] not in NEWLINE:
        character = text[at]
        at += 1
        if not bare and character in "'\"":
            quoted, at = _quoted(text, at, character)
            out += quoted
        elif character == "\\":
            bare = True
            out += text[at : at + 1].strip(NEWLINE)
            at += 1
            kept = len(out)
        elif bare or character not in BLANK:
            bare = True
            out.append(character)
            kept = kept if character in BLANK else len(out)
    return "".join(out[:kept] if bare else out), at


def _quoted(text: str, at: int, quote: str) -> tuple[list[str], int]:
    """What stands in quotes, up to the closing one or the end of the file; lines may end inside."""
    out: list[str] = []
    while at < len(text) and text[at] != quote:
        if quote == '"' and text[at] == "\\" and at + 1 < len(text):
            at += 1
            if text[at] not in ESCAPED_IN_DOUBLE_QUOTES + "\n":
                out.append("\\")
            out += text[at].strip("\n")
        else:
            out.append(text[at])
        at += 1
    return out, at + 1
