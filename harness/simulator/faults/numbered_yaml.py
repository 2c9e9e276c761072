"""Reads a YAML file so that whatever is wrong with a part of it can be told by its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harness.core.errors import ConfigurationError

Place = tuple[str | int, ...]
LARGEST = 64 * 1024
"""Bytes; more is no file that a person wrote."""
DEEPEST = 20
"""Lists and members within one another; each more costs its reader more than the one before."""
REMEDY = "mend it, then the same again; docs/faults.md says what may stand there"


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a file says, and where."""

    said: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """Of a part, or of what is nearest around it; from one."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_numbered(path: Path) -> Numbered:
    """The file's one document.

    Raises:
        ConfigurationError: it cannot be read, is too large, is no YAML, says a member twice, or refers back.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise ConfigurationError("it is larger than 64 KiB", where=str(path), remedy=REMEDY)
        text = raw.decode()
        lines: dict[Place, int] = {}
        # Before anything is made of it: a node that stands for many takes no room until it is walked.
        depth = 0
        for event in yaml.parse(text, yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                _refuse(path, event.start_mark, "a reference to another part of the file is not read here")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                _refuse(path, event.start_mark, "it is nested deeper than any rule")
        node = yaml.compose(text, yaml.SafeLoader)
        if node is not None:
            _number(path, node, (), lines)
        return Numbered(yaml.safe_load(text), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}, line {mark.line + 1}" if mark is not None else str(path)
        why = error.problem or error.context or "it is no YAML"
        raise ConfigurationError(f"it is no YAML: {why}", where=place, remedy=REMEDY) from None
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise ConfigurationError(f"it cannot be read: {why}", where=str(path), remedy=REMEDY) from None


def _number(path: Path, node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, each in enumerate(node.value):
            _number(path, each, (*place, index), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            within = (*place, str(key.value))
            if within in lines:
                before = lines[within]
                _refuse(path, key.start_mark, f"{key.value} stands twice, here and in line {before}")
            lines[within] = key.start_mark.line + 1
            _number(path, value, within, lines)


def _refuse(path: Path, mark: Any, why: str) -> None:
    raise ConfigurationError(why, where=f"{path}, line {mark.line + 1}", remedy=REMEDY)
