"""A merchant's own alert rules: read, checked by Prometheus' tool, and played faster than they were written.

A rule that waits five minutes cannot be watched in a rehearsal. So all of its time is divided by one number:
ranges, offsets, `for`, `keep_firing_for`. What a rule compares is left alone; where it compares something per
second, failures that come so much closer together weigh more, and `per_second` says so.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import ConfigurationError, MerchantFailure
from harness.monitoring.program import program

LARGEST_FILE = 1 << 20
CHECK_S = 20.0
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0, "y": 31536000.0}
_PART = re.compile(r"(\d+)(ms|[smhdwy])")
_DURATION = re.compile(r"(?:\d+(?:ms|[smhdwy]))+")
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'" + r"|`[^`]*`|#[^\n]*"
    r"|(?P<time>(?<![\w.])(?:\d+(?:ms|[smhdwy]))+(?!\w))"
)
_PER_SECOND = re.compile(r"\b(rate|irate|deriv|predict_linear|time|timestamp)\s*\(")
_WAITS = ("for", "keep_firing_for")


@dataclass(frozen=True, slots=True)
class AlertRules:
    """A file of rules, and the alert in it that is meant."""

    groups: list[dict[str, Any]]
    alert: str

    @classmethod
    def of(cls, text: str, alert: str, folder: Path, *, name: str) -> AlertRules:
        """Read the text of a file of rules.

        Args:
            alert: which one of it is meant.
            folder: for the copy that is checked.
            name: what the merchant calls it.

        Raises:
            ConfigurationError: it has no such alert.
            MerchantFailure: Prometheus would not load it.
        """
        _check(text, folder / "checked.yml", name)
        try:
            groups = yaml.safe_load(text)["groups"]
            names = [each["alert"] for group in groups for each in group["rules"] if "alert" in each]
        except (yaml.YAMLError, LookupError, TypeError, RecursionError) as error:
            raise MerchantFailure(f"the alert rules are none: {type(error).__name__}", where=name) from None
        if alert not in names:
            raise ConfigurationError(
                f"the rules have no alert {alert}: {did_you_mean(alert, names)}",
                where="alerts.alert in the merchant profile",
                remedy="name one of them",
            )
        return cls(groups, alert)

    @property
    def waits_s(self) -> float:
        """`for` of the alert: seconds that it waits once its expression holds."""
        return max(seconds(str(each.get("for", "0s"))) for each in self._meant)

    @property
    def keeps_s(self) -> float:
        """`keep_firing_for` of the alert: seconds that it goes on once its expression holds no more."""
        return max(seconds(str(each.get("keep_firing_for", "0s"))) for each in self._meant)

    @property
    def shortest_s(self) -> float | None:
        """The shortest range or offset of any rule in seconds: figures are read several times within it."""
        found = [seconds(each) for rule in self._all for each in _durations(str(rule.get("expr", "")))]
        return min(found, default=None)

    @property
    def per_second(self) -> bool:
        """Whether the alert, or anything recorded beside it, compares something that time is part of."""
        return any(_PER_SECOND.search(str(each.get("expr", ""))) for each in self._all)

    def faster(self, times: float) -> str:
        """The same rules, so many times faster, in YAML."""

        def scaled(text: str) -> str:
            return f"{max(1, round(seconds(text) * 1000 / times))}ms"

        groups = [
            {
                "name": group.get("name", "rules"),
                "rules": [_scaled(rule, scaled) for rule in group["rules"]],
            }
            for group in self.groups
        ]
        return str(yaml.safe_dump({"groups": groups}, allow_unicode=True))

    @property
    def _all(self) -> list[dict[str, Any]]:
        return [each for group in self.groups for each in group["rules"]]

    @property
    def _meant(self) -> list[dict[str, Any]]:
        return [each for each in self._all if each.get("alert") == self.alert]


def seconds(duration: str) -> float:
    """`1h30m` in seconds, as Prometheus reads it; nothing that it does not read is ever given here."""
    return sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(duration))


def _scaled(rule: dict[str, Any], scaled: Callable[[str], str]) -> dict[str, Any]:
    waits = {each: scaled(str(rule[each])) for each in _WAITS if seconds(str(rule.get(each, "0s")))}

    def shorter(token: re.Match[str]) -> str:
        return scaled(token[0]) if token["time"] else token[0]

    return {**rule, **waits, "expr": _TOKEN.sub(shorter, str(rule.get("expr", "")))}


def _durations(expression: str) -> Iterator[str]:
    for token in _TOKEN.finditer(expression):
        if token["time"]:
            yield token["time"]


def text_of(file: Path) -> str:
    """The text of a file of rules.

    Raises:
        ConfigurationError: there is none.
        MerchantFailure: it is too large to be one.
    """
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise MerchantFailure(f"the alert rules are larger than {LARGEST_FILE} bytes", where=file.name)
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise ConfigurationError(
            f"the alert rules cannot be read: {why}",
            where="alerts.rules in the merchant profile",
            remedy="the path is from where the profile lies",
        ) from None


def _check(text: str, file: Path, name: str) -> None:
    """By the tool that comes with Prometheus."""
    file.write_text(text, "utf-8")
    try:
        done = subprocess.run(  # noqa: S603 - a program of this machine, without a shell
            [program("promtool"), "check", "rules", str(file)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CHECK_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MerchantFailure(f"promtool did not read the rules within {CHECK_S:g} s", where=name) from None
    if done.returncode:
        told = done.stderr.replace(str(file), name)
        lines = [" ".join(each.split()) for each in told.splitlines() if each.strip()]
        said = next((each for each in lines if "FAILED" not in each and "Checking" not in each), "")
        raise MerchantFailure(
            f"Prometheus does not load the alert rules: {said[:300]}",
            where=name,
            remedy=f"promtool check rules {name}",
        )
