"""CFG-01: the application reads what the file seems to say, whichever program loads it.

Five loaders are compared (`harness.settings.loaders`). Where applications' own three part, or a container or
a service would read something that no habit of `.env` files explains, that is a finding. What habits explain
(quotes, a comment behind a value) is a note, since most applications never meet Docker's or systemd's reader.
An app's own variables are compared as ours are: its `JWT_SECRET` is cut off by the same `#`.
No value is shown: people put secrets into the wrong variable, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum

from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.loaders import Loader, read_by_each
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.variables import BY_NAME, Presence, Variable, is_key, is_secret

CONTROL = "CFG-01"
APPLICATIONS = (Loader.NEXT, Loader.DOTENV, Loader.PYTHON)
Readings = Mapping[Loader, str | None]

_QUOTED = re.compile(r"""[\w.-]+[ \t]*=[ \t]*(?P<quote>['"`])""")
_OPEN = re.compile(r"[0-9]{1,9}|true|false")
"""Values of variables we know that are told: flags and numbers say nothing secret."""
_OWN = re.compile(r"[A-Z][A-Z0-9]*|[A-Za-z0-9]*_\w*", re.ASCII)
"""Names of an app's own; a line of a key that was pasted without quotes, which ends in `=`, is none."""


class Habit(Enum):
    """A way of writing that only Docker and systemd, or only Next.js, read otherwise."""

    COMMENT = (
        "docker --env-file and systemd take a comment behind a value for part of it "
        "(write it above): {variables}"
    )
    QUOTES = (
        "docker --env-file keeps quotes in a value and reads none of several lines "
        "(write it bare): {variables}"
    )
    LINE_ENDS = (
        "systemd leaves \\n in double quotes alone and makes n of it elsewhere "
        "(name a file instead): {variables}"
    )
    DOLLAR = (
        "only @next/env needs \\$, and the value is judged as it reads it; Node dotenv, python-dotenv and "
        "docker --env-file read the backslash too: {variables}"
    )


@rule(CONTROL)
def loaders_agree(context: Context) -> Ruling:
    """Each variable of the file is the same to all five, or different by a habit that is named."""
    if not context.env.text:
        return Ruling(judged=0)
    read = read_by_each(context.env.text)
    findings: list[Finding] = []
    habits: dict[Habit, list[str]] = {}
    judged = 0
    for variable in (*context.variables(), *_own(read)):
        readings = {loader: values.get(variable.name) for loader, values in read.items()}
        judged += any(value is not None for value in readings.values())
        if len(set(readings.values())) == 1:
            continue
        line = context.line(variable.name)
        explained = _habits(line, readings, secret=variable.secret) if line else None
        if explained is None:
            findings.append(_parting(variable, line, readings, context))
        for habit in explained or ():
            habits.setdefault(habit, []).append(f"{variable.name} ({line.number})" if line else "")
    notes = (_note(habit, habits[habit]) for habit in Habit if habit in habits)
    return Ruling(judged, tuple(findings), tuple(notes))


def _own(read: Mapping[Loader, Mapping[str, str]]) -> Iterator[Variable]:
    """What the app alone knows; a name that only Docker or systemd reads is a piece of some value."""
    names = dict.fromkeys(name for loader in APPLICATIONS for name in read[loader])
    for name in names:
        if name not in BY_NAME and _OWN.fullmatch(name):
            yield Variable(name, "", Presence.OPTIONAL, secret=is_secret(name))


def _habits(line: EnvLine, readings: Readings, *, secret: bool) -> list[Habit] | None:
    """The habits that explain every difference, or None where something else is the matter."""
    if any(readings[loader] is None for loader in APPLICATIONS):
        return None
    plain = {loader: (value or "").replace("\\$", "$") for loader, value in readings.items()}
    dollar = "\\$" in line.written and readings[Loader.NEXT] == line.value
    read = plain if dollar else {loader: value or "" for loader, value in readings.items()}
    value = read[Loader.NEXT]
    if any(read[loader] != value for loader in APPLICATIONS):
        return None
    found = [Habit.DOLLAR] if dollar else []
    begins = line.written.startswith(f"{line.key}=")
    # A comment has a blank behind its sign; ` #x7` at the end of a secret may well be the rest of it.
    comment = bool(line.comment) and not (
        secret and re.search(r"\s#[!-~]", line.written[-len(line.comment) - 2 :])
    )
    quoted = _QUOTED.match(line.written)
    if read[Loader.DOCKER] != value:
        if not begins or not (comment or quoted):
            return None
        found.append(Habit.QUOTES if quoted else Habit.COMMENT)
    if read[Loader.SYSTEMD] != value:
        if comment and not line.written.startswith("export"):
            found.append(Habit.COMMENT)
        elif read[Loader.SYSTEMD] in _line_ends_lost(line.key, value):
            found.append(Habit.LINE_ENDS)
        else:
            return None
    return list(dict.fromkeys(found))


def _line_ends_lost(name: str, value: str) -> tuple[str, ...]:
    """What systemd makes of a key whose line ends are written \\n, in double quotes and without."""
    return (value.replace("\n", "\\n"), value.replace("\\n", "n")) if is_key(name) else ()


def _note(habit: Habit, places: list[str]) -> str:
    return str(habit.value).format(variables=", ".join(places))


def _parting(variable: Variable, line: EnvLine | None, readings: Readings, context: Context) -> Finding:
    value = line.value if line else next(filter(None, readings.values()), "")
    groups: dict[str | None, list[Loader]] = {}
    for loader, reading in readings.items():
        groups.setdefault(reading, []).append(loader)
    shown = bool(_OPEN.fullmatch(value)) and variable.name in BY_NAME and not variable.secret
    told = (_told(loaders, reading, value, shown=shown) for reading, loaders in groups.items())
    return Finding(
        control=CONTROL,
        variable=variable.name,
        line=line.number if line else _first_line(context.env.text, variable.name),
        problem=f"is not the same to every loader: {' · '.join(told)}",
        fix=_spelling(variable.name, value),
        blocks=False,
    )


def _told(loaders: list[Loader], reading: str | None, value: str, *, shown: bool) -> str:
    """One reading in words, compared with the value as we read it."""
    who = ", ".join(loaders)
    if reading is None:
        return f"{who} read nothing" + (
            " (docker refuses the whole file)" if Loader.DOCKER in loaders else ""
        )
    have, whole = len(reading), len(value)
    if shown and (reading == value or _OPEN.fullmatch(reading)):
        return f"{who} read {reading}"
    if reading == value:
        return f"{who} read {whole} characters"
    if value.startswith(reading):
        return f"{who} read only the first {have} of {whole} characters"
    if reading.startswith(value):
        return f"{who} read {have} characters, {have - whole} too many"
    same = next(i for i, (one, other) in enumerate(zip(reading + "\0", value, strict=False)) if one != other)
    return f"{who} read {have} characters, others from number {same + 1} on"


def _spelling(name: str, value: str) -> str:
    """How to write a value so that all five read it; where nothing does, as most of them read it."""
    ways = {
        "write it bare": value,
        "put it in single quotes": f"'{value}'",
        "put it in double quotes": f'"{value}"',
        "write it bare, with \\$ for each $": value.replace("$", "\\$"),
    }
    best = ""
    most: list[Loader] = []
    for way, written in ways.items():
        agree = [
            loader
            for loader, values in read_by_each(f"{name}={written}\n").items()
            if values.get(name) == value
        ]
        if len(agree) > len(most):
            best, most = way, agree
    if len(most) == len(Loader):
        return f"write {name}=value: no quotes, no blanks around =, no comment behind, no export before"
    return (
        "no spelling suits all: use a value of letters, digits and + / = _ - alone, or name a file; else "
        f"{best} (right for {', '.join(most)})" + ("; @next/env alone wants \\$" if "$" in value else "")
    )


def _first_line(text: str, name: str) -> int | None:
    found = re.search(rf"^\s*(?:export\s+)?{re.escape(name)}\b", text, re.MULTILINE)
    return text[: found.end()].count("\n") + 1 if found else None
