"""Node's two: `dotenv`, and `@next/env`, which expands what dotenv read, in single quotes too.

dotenv cuts an unquoted value at the first `#`, blank before it or not; takes backticks for quotes; makes
`\\n` and `\\r` line ends in double quotes and leaves every other backslash; knows `export` and `NAME: value`.
@next/env then replaces `$NAME`, `${NAME}` and `${NAME:-otherwise}`; only `\\$` is a dollar sign.
"""

from __future__ import annotations

import re

# JavaScript's blanks and line ends are not Python's.
_BLANK = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE_END = "\n\u2028\u2029"
_START, _END = f"(?<![^{_LINE_END}])", f"(?![^{_LINE_END}])"
_IN_QUOTES = "|".join(rf"[{_BLANK}]*{quote}(?:\\{quote}|[^{quote}])*{quote}" for quote in "'\"`")
_ASSIGNMENT = re.compile(
    rf"""
    (?: export [{_BLANK}]+ )?
    (?P<name> [\w.-]+ )
    (?: [{_BLANK}]* = | : [{_BLANK}] ) [{_BLANK}]*?
    (?P<value> {_IN_QUOTES} | [^\#\n]+ )?
    [{_BLANK}]* (?: \# [^{_LINE_END}]* )? {_END}
    """,
    re.ASCII | re.VERBOSE,
)
_BLANKS = re.compile(f"[{_BLANK}]*")
_TRIMMED = _BLANK.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B))))
_NEXT_LINE = re.compile(f"[{_LINE_END}]")
_AROUND = re.compile(f"{_START}(['\"`])(.*)\\1{_END}", re.DOTALL)

_REFERENCE = re.compile(r"(?<!\\)\$\{?(?P<name>\w+)(?::-(?P<otherwise>[^}\\]*))?\}?", re.ASCII)
_IN_REPLACEMENT = re.compile(r"\$[$&`']")
_MOST_STEPS = 2_000
_LONGEST = 256 * 1024
"""Steps and characters after which a value must refer to itself; Next.js runs out of stack there."""


def read(text: str) -> dict[str, str]:
    """The variables of a file as `dotenv` reads them."""
    values: dict[str, str] = {}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    at = 0
    while at < len(text):
        begin = _after(_BLANKS, text, at)
        found = _ASSIGNMENT.match(text, begin)
        if found:
            values[found["name"]] = _value(found["value"] or "")
        at = begin if found is None else found.end()
        if found is None or text[at - 1] not in _LINE_END:
            at = _after(_NEXT_LINE, text, at, whole=False)
    return values


def read_expanded(text: str) -> dict[str, str]:
    """The same as `@next/env` sets them; a value that refers to itself, which spoils all, is left out."""
    return expand(read(text))


def expand(values: dict[str, str]) -> dict[str, str]:
    """Values with their references filled in from one another, as `@next/env` does in their order."""
    values = dict(values)
    for name, value in list(values.items()):
        expanded = _expanded(value, values)
        if expanded is None:
            del values[name]
        else:
            values[name] = expanded.replace("\\$", "$")
    return values


def _after(pattern: re.Pattern[str], text: str, at: int, *, whole: bool = True) -> int:
    """Where a pattern ends, matched here or (not `whole`) found from here on; the text's end if it is not."""
    found = pattern.match(text, at) if whole else pattern.search(text, at)
    return found.end() if found else len(text)


def _value(written: str) -> str:
    """A value without its quotes."""
    value = written.strip(_TRIMMED)
    double = value.startswith('"')
    value = _AROUND.sub(r"\2", value)
    return value.replace("\\n", "\n").replace("\\r", "\r") if double else value


def _expanded(value: str, values: dict[str, str]) -> str | None:
    """A value with its references filled in, the last one first; None where that never ends."""
    for _ in range(_MOST_STEPS):
        found = _last_reference(value)
        if found is None:
            return value
        filling = found["otherwise"] or values.get(found["name"]) or ""
        before, reference, after = value.partition(found[0])
        special = {
            "$$": "$",
            "$&": reference,
            "$`": before,
            "$'": after,
        }  # what a string stands for in replace()
        value = before + _IN_REPLACEMENT.sub(lambda sign, to=special: to[sign[0]], filling) + after
        if len(value) > _LONGEST:
            break
    return None


def _last_reference(value: str) -> re.Match[str] | None:
    """The reference at the last `$` that no backslash precedes; a `$` that begins none ends the search."""
    at = value.rfind("$")
    while at > 0 and value[at - 1] == "\\":
        at = value.rfind("$", 0, at)
    return _REFERENCE.search(value[at:]) if at >= 0 else None
