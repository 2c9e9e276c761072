"""Rules out of a file, or off a command line: the levers' own faults, with what a file may say shorter.

    name: {zh: 微信支付抖动, en: WeChat Pay jitters}     # may be left away, as all but `rules`
    seed: 7                                            # of every rule with a probability
    rules:
      - {operation: query, action: delay, value: 3, probability: 0.3, for_s: 30}

A file says how the platform is, so a rule in it hits every matching request, unless it says `nth` or `times`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from harness.core.control import Text
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import ConfigurationError, UsageError
from harness.levers.models import Fault
from harness.simulator.faults.numbered_yaml import REMEDY, Numbered, read_numbered
from harness.simulator.faults.shadowed import never_hits
from harness.simulator.faults.wrong_member import told

MOST = 200
"""Rules in a file: each is asked at every request."""
SHOWN = 8
"""Of what is wrong in one file."""
_MEMBERS = ("name", "about", "seed", "rules")
_WORDS = ("operation", "action", "out_trade_no", "account", "dialect", "provider", "clock")
"""Members of a rule that are texts, whatever they look like."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that stand together."""

    source: str
    """What they are told by: the name of an outage, of a file, or an option."""
    rules: tuple[Fault, ...]
    name: Text | None = None
    about: Text | None = None


def read_rules(path: Path) -> RuleSet:
    """The rules of a file.

    Raises:
        ConfigurationError: it cannot be read, or contradicts itself; says which lines, why, and what next.
    """
    file = read_numbered(path)
    said = file.said if isinstance(file.said, dict) else {}
    problems: list[tuple[int, str]] = [
        (file.line((str(name),)), f"there is no member {name}: {did_you_mean(str(name), _MEMBERS)}")
        for name in said
        if name not in _MEMBERS
    ]
    raw = said.get("rules")
    if not isinstance(raw, list) or not raw:
        problems.append((file.line(("rules",)), "a file of rules is `rules:` and at least one of them"))
        raw = []
    if len(raw) > MOST:
        problems.append((file.line(("rules", MOST)), f"more than {MOST} rules stand here"))
        raw = raw[:MOST]
    seed = said.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool):
        problems.append((file.line(("seed",)), "seed is a whole number"))
        seed = 0
    name, about = (_text(file, member, problems) for member in ("name", "about"))
    rules = _rules(file, raw, seed, problems)
    if problems:
        _refuse(path, problems)
    return RuleSet(path.name, tuple(rules.values()), name, about)


def spoken_rule(words: str) -> Fault:
    """A rule as a command line has it: `operation=query action=delay value=3 every=2`.

    Raises:
        UsageError: it is none.
    """
    try:
        pairs = [each.partition("=") for each in shlex.split(words)]
        names = [name for name, _, _ in pairs]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise _misspoken(words, f"{twice} stands twice")
        said = {
            name: value if name in _WORDS else yaml.safe_load(value)
            for name, equals, value in pairs
            if equals
        }
    except (ValueError, yaml.YAMLError) as error:
        raise _misspoken(words, str(error).partition("\n")[0]) from None
    lone = [name for name, equals, _ in pairs if not equals]
    if lone or not said:
        raise _misspoken(words, f"{lone[0] if lone else 'it'} is no `member=value`")
    try:
        return Fault.model_validate(_lasting(said, 0))
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        raise _misspoken(words, told(found)) from None


def _misspoken(words: str, why: str) -> UsageError:
    return UsageError(
        f"{words!r} is no rule: {why}",
        where="--fault",
        remedy="members stand as name=value with blanks between them: docs/faults.md",
    )


def _rules(
    file: Numbered, raw: Sequence[object], seed: int, problems: list[tuple[int, str]]
) -> dict[int, Fault]:
    """Those that are rules at all, by the line in which they begin."""
    rules: dict[int, Fault] = {}
    for index, said in enumerate(raw):
        place = ("rules", index)
        if not isinstance(said, dict):
            problems.append((file.line(place), "a rule has members: operation, action and others"))
            continue
        try:
            rules[file.line(place)] = Fault.model_validate(_lasting(said, seed))
        except ValidationError as error:
            # One a member: what may be a number or a word is wrong as either.
            wrong = {found["loc"][:1]: found for found in reversed(error.errors(include_url=False))}
            problems += [(file.line((*place, *member)), told(found)) for member, found in wrong.items()]
    problems += [
        (line, f"this rule never hits: the one in line {before} takes all that it is about")
        for line, before in never_hits(rules)
    ]
    return rules


def _lasting(said: Mapping[str, object], seed: int) -> dict[str, object]:
    """A rule as the levers have it: it stays, unless it says how often; its chance is that of the file."""
    lasting = dict(said)
    if not {"nth", "times"} & lasting.keys():
        lasting["times"] = "always"
    if seed and "probability" in lasting:
        lasting.setdefault("seed", seed)
    return lasting


def _text(file: Numbered, member: str, problems: list[tuple[int, str]]) -> Text | None:
    """A text in both languages, or one that is the same in both."""
    said: Any = file.said.get(member) if isinstance(file.said, dict) else None
    if said is None or isinstance(said, str):
        return None if said is None else Text.same(said)
    try:
        return Text.model_validate(said)
    except ValidationError:
        problems.append((file.line((member,)), f"{member} is a text, or has the members zh and en"))
        return None


def _refuse(path: Path, problems: list[tuple[int, str]]) -> None:
    problems.sort()
    lines = [f"line {line} cannot be: {why}" for line, why in problems[:SHOWN]]
    if (more := len(problems) - SHOWN) > 0:
        lines.append(f"and {more} more")
    raise ConfigurationError("\n".join(lines), where=str(path), remedy=REMEDY)
