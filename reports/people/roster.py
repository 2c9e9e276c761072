"""`people.toml`: who may sign papers, and with which keys. Two names with one key are one person."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from harness.core.control import Model
from harness.core.errors import UsageError
from harness.core.plain_text import PlainText, plain
from reports.people.public_keys import PublicKey, read_public_key

ROSTER = "people.toml"
LARGEST = 1 << 20
"""Bytes that the file may have."""


class Person(Model):
    """One person, under every name that shares a key."""

    id: PlainText
    """The first of the names: what tells persons apart."""
    names: tuple[PlainText, ...]
    """In the order of the file."""
    public_keys: tuple[PlainText, ...] = Field(default=())
    """SSH public key lines, without comments; a key in PEM stands here in the same form."""
    fingerprints: tuple[PlainText, ...] = ()
    """Of those keys, as `ssh-keygen -lf` says them."""


class Roster:
    """Persons by name and by key."""

    def __init__(self, keys_of: Mapping[str, tuple[PublicKey, ...]]) -> None:
        self._keys_of = dict(keys_of)
        self.people = tuple(_persons(self._keys_of))
        self._by_name = {name: person for person in self.people for name in person.names}

    def person(self, name: str) -> Person | None:
        """Who goes by a name."""
        return self._by_name.get(name)

    def keys(self, name: str) -> tuple[PublicKey, ...]:
        """All keys of the person who goes by a name."""
        person = self._by_name.get(name)
        names = person.names if person else ()
        return tuple(dict.fromkeys(key for each in names for key in self._keys_of[each]))


def read_roster(folder: Path) -> Roster:
    """The persons of a folder of papers; nobody where there is no such file.

    Raises:
        UsageError: the file is damaged, or a key in it is none.
    """
    path = folder / ROSTER
    try:
        if path.stat().st_size > LARGEST:
            raise _wrong(path, "it is larger than 1 MiB")
        members = tomllib.loads(path.read_text("utf-8-sig"))  # editors of Windows put a mark there
    except FileNotFoundError:
        return Roster({})
    except (OSError, ValueError, RecursionError) as error:
        raise _wrong(path, str(error)) from error
    strangers = sorted(members.keys() - {"schema", "people"})
    if members.get("schema", 1) != 1 or strangers:
        raise _wrong(path, f"members of another version: {', '.join(strangers) or 'schema'}")
    people = members.get("people", {})
    if not isinstance(people, dict):
        raise _wrong(path, "people is no table")
    keys_of = {plain(name): _keys(path, plain(name), held) for name, held in people.items()}
    if len(keys_of) != len(people):
        raise _wrong(path, "two names are shown alike")
    return Roster(keys_of)


def _keys(path: Path, name: str, held: object) -> tuple[PublicKey, ...]:
    keys = held.get("keys") if isinstance(held, dict) else held
    if not isinstance(keys, list) or not name.strip():
        raise _wrong(path, f"{name} has no list of keys")
    try:
        return tuple(dict.fromkeys(read_public_key(str(key)) for key in keys))
    except ValueError as error:
        raise _wrong(path, f"a key of {name}: {error}") from error


def _wrong(path: Path, why: str) -> UsageError:
    return UsageError(
        f"the list of persons cannot be read: {why}",
        where=str(path),
        remedy='write [people] and a line a person: "NAME" = ["ssh-ed25519 AAAA…"]',
    )


def _persons(keys_of: Mapping[str, tuple[PublicKey, ...]]) -> list[Person]:
    """Names joined wherever they share a key, also by way of others."""
    groups: list[tuple[list[str], set[bytes]]] = []
    for name, keys in keys_of.items():
        names, held = [name], {key.material for key in keys}
        apart = []
        for group in groups:
            if group[1] & held:
                names, held = [*group[0], *names], group[1] | held
            else:
                apart.append(group)
        groups = [*apart, (names, held)]
    order = list(keys_of)
    sorted_ = [sorted(names, key=order.index) for names, _ in groups]
    sorted_.sort(key=lambda names: order.index(names[0]))
    return [
        Person(
            id=names[0],
            names=tuple(names),
            public_keys=tuple(sorted(key.line for key in held)),
            fingerprints=tuple(key.fingerprint for key in sorted(held, key=lambda key: key.line)),
        )
        for names in sorted_
        for held in [{key for name in names for key in keys_of[name]}]
    ]
