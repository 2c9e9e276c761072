"""Reads a YAML list of flat entries event by event: nothing is built that a file could blow up."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from reports.checklist.official_rows import YAML

_OPENS = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
"""What the outer two levels have to be: a list, and in it entries."""
_CLOSES = (yaml.SequenceEndEvent, yaml.MappingEndEvent)
_ENTRY = len(_OPENS)
_DEEPEST = 16
_NO_LIST = "it is neither JSON nor a list of entries"


class NotAListError(Exception):
    """What is wrong with a file, in one sentence."""


class _Entry:
    """One entry while its members come by, name and value in turn."""

    def __init__(self) -> None:
        self.members: dict[str, str | None] = {}
        self._name: str | None = None

    def take(self, event: yaml.ScalarEvent) -> None:
        """A name, or the value of the last one."""
        if self._name is not None:
            plain = event.implicit[0] and event.value in {"", "~", "null"}  # written without quotes
            self.members[self._name] = None if plain else event.value
            self._name = None
        elif event.value in self.members:
            raise NotAListError("an entry has a member twice")
        else:
            self._name = event.value
            self.members[event.value] = None

    def pass_over(self) -> None:
        """The value was nested, and is none that counts."""
        self._name = None


def flat_rows(text: str) -> Iterator[dict[str, str | None]]:
    """The entries of a list: what is nested in one of them reads as None, and so do `null` and nothing.

    Raises:
        NotAListError: it is no list of entries, has anchors or aliases, or an entry has a member twice.
        yaml.YAMLError: it is no YAML.
    """
    depth, entry = 0, _Entry()
    for event in yaml.parse(text, YAML):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise NotAListError("anchors and aliases have no place in it")
        if isinstance(event, _OPENS):
            depth += 1
            if depth <= _ENTRY and not isinstance(event, _OPENS[depth - 1]):
                raise NotAListError(_NO_LIST)
            if depth > _DEEPEST:  # the time that a parser takes for it grows with the square
                raise NotAListError("it is nested too deep")
            entry = _Entry() if depth == _ENTRY else entry
        elif isinstance(event, _CLOSES):
            depth -= 1
            if depth == _ENTRY:
                entry.pass_over()
            elif depth == _ENTRY - 1:
                yield entry.members
        elif isinstance(event, yaml.ScalarEvent):
            if depth < _ENTRY:
                raise NotAListError(_NO_LIST)
            if depth == _ENTRY:
                entry.take(event)
