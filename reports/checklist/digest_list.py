"""A list of digests: what somebody found on the pages of a platform, or what a version has on record.

One entry names a page by its address or a clause by its id, and has a digest, a date, or both. A file is JSON
lines, one JSON document (a list, or an object whose `digests` is one), or a YAML list. Other members of an
entry are passed over, so that a list may say more than is compared.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import yaml

from harness.core.errors import UsageError
from harness.core.plain_text import one_line
from reports.checklist.flat_yaml import NotAListError, flat_rows
from reports.checklist.small_file import read_small

SCHEMA = 1
"""Of a list that a version writes; counts up when a member changes its meaning."""
LONGEST = 4 * 1024 * 1024
"""Bytes of a list; every page of a platform's documentation makes 200 kB."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MEMBERS = ("clause", "page", "digest", "date")


class Entry(NamedTuple):
    """What a list says of one page or one clause."""

    clause: str
    """Its id; empty: the entry is of a page."""
    page: str
    """Its address in the form that is compared; empty: the entry is of a clause."""
    digest: str | None
    date: dt.date | None

    @property
    def name(self) -> str:
        """The id or the address."""
        return self.clause or self.page


def read_digests(path: Path) -> tuple[Entry, ...]:
    """Every entry of a file, in its order; none is there twice, and there is one at least.

    Raises:
        UsageError: the file cannot be read, is too long, is not UTF-8, or is no list of digests.
    """
    text = read_small(path, LONGEST)
    try:
        entries = tuple(_entry(row, number) for number, row in enumerate(_rows(text), 1))
        _once(entries)
    except NotAListError as error:
        raise UsageError(
            f"this is no list of digests: {error}",
            where=str(path),
            remedy="golive clauses check --help shows its form, golive clauses list --json writes one",
        ) from error
    return entries


def address(text: str) -> str:
    """An address as it is compared: https, host in lower case, no query, fragment, `.md` or slash at its end.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(text)
    path = (
        unquote(parts.path).rstrip("/").removesuffix(".md")
        if "/blob/" not in parts.path
        else unquote(parts.path)
    )
    return f"https://{parts.hostname.lower()}{path}"


def day_of(text: str) -> dt.date:
    """A day as YYYY-MM-DD, and in no other form of ISO 8601.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def _once(entries: tuple[Entry, ...]) -> None:
    if not entries:
        raise NotAListError("it has no entry")
    seen: set[str] = set()
    for each in entries:
        if each.name in seen:
            raise NotAListError(f"{one_line(each.name)} stands in it twice")
        seen.add(each.name)


def _entry(row: Any, number: int) -> Entry:
    if not isinstance(row, dict):
        raise NotAListError(f"entry {number} has no members")
    told = {name: row.get(name) for name in _MEMBERS}
    for name, value in told.items():
        if value is not None and not isinstance(value, str):
            raise NotAListError(f"entry {number}: {name} is no text")
    if bool(told["clause"]) == bool(told["page"]):
        raise NotAListError(f"entry {number} names neither or both of clause and page")
    digest, date = told["digest"] or None, told["date"] or None
    if digest is not None and not _DIGEST.fullmatch(digest):
        raise NotAListError(f"entry {number}: its digest is not sha256: and 64 hexadecimal digits")
    try:
        page = address(told["page"]) if told["page"] else ""
        day = day_of(date) if date else None
    except ValueError:
        raise NotAListError(f"entry {number}: its page is no address, or its date no YYYY-MM-DD") from None
    return Entry(told["clause"] or "", page, digest, day)


def _rows(text: str) -> Iterable[Any]:
    start = text.lstrip()[:1]
    try:
        if start == "{" and _is_json(text.strip().partition("\n")[0]):
            return _lines(text)
        if start in {"{", "["}:
            found = json.loads(text, object_pairs_hook=_object)
            if isinstance(found, dict) and found.get("schema", SCHEMA) != SCHEMA:
                raise NotAListError(
                    "its schema is not the one that this version reads: it was made by another"
                )
            rows = found.get("digests") if isinstance(found, dict) else found
            if not isinstance(rows, list):
                raise NotAListError("its digests are no list")
            return rows
        return list(flat_rows(text))
    except RecursionError:
        raise NotAListError("it is nested too deep") from None
    except json.JSONDecodeError as error:
        raise NotAListError(f"it ends early or is no JSON from line {error.lineno} on") from None
    except ValueError:
        raise NotAListError("a number in it is too long") from None
    except yaml.YAMLError as error:
        said = one_line(str(error).partition("\n")[0])[:80]
        raise NotAListError(f"it is neither JSON nor a list in YAML ({said})") from None


def _is_json(line: str) -> bool:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "digests" not in found


def _lines(text: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append(json.loads(line, object_pairs_hook=_object))
            except ValueError:
                raise NotAListError(f"line {number} ends early or is no JSON") from None
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose members are there once: of two digests, which one would count?"""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotAListError("an entry has a member twice")
    return found
