"""The served document, held against answers: a member that it does not name is wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from tests.simulator.merchant_side import Answer, MerchantSide, RawHeaders

FORMATS = FormatChecker(formats=())
PLACE = re.compile(r"\{\w+\}")


def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


FORMATS.checks("date-time", raises=ValueError)(_is_moment)
FORMATS.checks("uri", raises=ValueError)(_is_address)


def closed(schema: Any) -> Any:
    """The same, but where it names members no others may stand."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: closed(each) for name, each in schema.items()}
    names_members = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    return {"additionalProperties": False, **told} if names_members else told


@dataclass
class Document:
    """What `/openapi.json` tells of answers, and what was seen of it."""

    told: dict[str, Any]
    succeeded: set[tuple[str, str]] = field(default_factory=set)
    """Operations that a success was seen of, by method and path."""
    refused: set[tuple[str, str]] = field(default_factory=set)
    objects: Counter[str] = field(default_factory=Counter)
    """How many were seen of each schema, in successes."""
    members: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each of its members was there."""

    @cached_property
    def schemas(self) -> dict[str, Any]:
        """By name, closed."""
        found: dict[str, Any] = closed(self.told["components"]["schemas"])
        return found

    @property
    def operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """By method and path."""
        return {
            (method, path): operation
            for path, methods in self.told["paths"].items()
            for method, operation in methods.items()
        }

    def operation(self, method: str, target: str) -> tuple[str, str]:
        """Which one a request is for; a path without places wins."""
        path = urlsplit(target).path
        found = [
            (each, template)
            for each, template in self.operations
            if each == method.lower() and re.fullmatch(PLACE.sub("[^/]+", template), path)
        ]
        assert found, f"{method} {path} is not told"
        return min(found, key=lambda each: len(PLACE.findall(each[1])))

    def errors(self, schema: Any, value: Any) -> list[str]:
        """What of a value does not fit."""
        whole = {**closed(schema), "components": {"schemas": self.schemas}}
        found = Draft202012Validator(whole, format_checker=FORMATS).iter_errors(value)
        return [f"{each.json_path}: {each.message}" for each in found]

    def hold(self, method: str, target: str, answer: Answer) -> None:
        """Fail unless the answer is told: its status, its kind, each of its members, and no other."""
        which = self.operation(method, target)
        responses = self.operations[which]["responses"]
        response = responses.get(str(answer.status), responses["default"])
        fine = answer.status < 300
        (self.succeeded if fine else self.refused).add(which)
        kind = str(answer.header("content-type") or "").partition(";")[0]
        content = response.get("content", {})
        if not answer.body:
            assert not (fine and content), f"{which}: an empty answer"
            return
        assert kind in content, f"{which}: {answer.status} {kind} is not told"
        schema, value = content[kind]["schema"], read(answer)
        assert not (errors := self.errors(schema, value)), (which, errors, value)
        if fine:
            for spoilt in with_more(value):
                assert self.errors(schema, spoilt), f"{which} lets a member by: {spoilt}"
            self._see(schema, value)

    def _see(self, schema: dict[str, Any], value: Any) -> None:
        name = schema.get("$ref", "").removeprefix("#/components/schemas/")
        if name:
            schema = self.schemas[name]
        for each in schema.get("anyOf", []):
            if not self.errors(each, value):
                self._see(each, value)
        if name and isinstance(value, dict) and "properties" in schema:
            self.objects[name] += 1
            self.members.update((name, member) for member in value)
        if isinstance(value, dict):
            for member, each in value.items():
                self._see(schema.get("properties", {}).get(member, {}), each)
        elif isinstance(value, list):
            for each in value:
                self._see(schema.get("items", {}), each)


@dataclass
class Watched(MerchantSide):
    """A merchant whose every answer, on whichever wire, is held to the document."""

    document: Document = field(default_factory=lambda: Document({}))

    def send_parts(self, method: str, target: str, parts: list[bytes], headers: RawHeaders) -> Answer:
        """As any merchant sends, and the answer is looked at."""
        answer = super().send_parts(method, target, parts, headers)
        self.document.hold(method, target, answer)
        return answer


def read(answer: Answer) -> Any:
    """JSON, whatever it is called; else the text."""
    kind, _, charset = str(answer.header("content-type")).partition("charset=")
    if not kind.startswith(("text/", "application/json")):
        return answer.body.decode("latin-1")
    text = answer.body.decode(charset or "utf-8")
    return json.loads(text) if text.startswith("{") else text


def with_more(value: Any) -> Iterator[Any]:
    """The same with a member that nobody knows, at each depth in turn."""
    if isinstance(value, dict):
        yield {**value, "nobody_knows": 1}
        for name, each in value.items():
            for spoilt in with_more(each):
                yield {**value, name: spoilt}
    elif isinstance(value, list):
        for place, each in enumerate(value):
            for spoilt in with_more(each):
                changed = deepcopy(value)
                changed[place] = spoilt
                yield changed
