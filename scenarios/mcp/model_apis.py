"""Whether a language model's API takes a tool as an endpoint describes it: rules are in `model_apis.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

_FILE = Path(__file__).with_name("model_apis.yaml")
_OF_NAMES = ("properties", "$defs")
_OF_MANY = ("anyOf", "oneOf", "allOf")


class ModelApi(BaseModel):
    """What one API demands; the file says what each member means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[str, ...]
    name: str
    member: str
    keywords: frozenset[str]
    at_root: frozenset[str]
    formats: frozenset[str]
    one_type: bool
    closed: bool
    text_enum: bool
    spoilt: tuple[dict[str, Any], ...]


class Refusal(NamedTuple):
    """Why a tool is refused, and where in its schema."""

    place: str
    why: str


@cache
def model_apis() -> Mapping[str, ModelApi]:
    """The APIs by name."""
    told = yaml.safe_load(_FILE.read_text("utf-8"))
    return {name: ModelApi.model_validate(rules) for name, rules in told.items()}


def refused_tools(tools: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Refusal, list[str]]]:
    """Which tools each API refuses, and the first reason for each: those of one reason together."""
    for api, rules in model_apis().items():
        by_reason: dict[str, tuple[Refusal, list[str]]] = {}
        for tool in tools:
            for refusal in refusals(rules, tool["name"], tool["inputSchema"])[:1]:
                by_reason.setdefault(refusal.why, (refusal, []))[1].append(tool["name"])
        for refusal, names in by_reason.values():
            yield api, refusal, names


def refusals(api: ModelApi, name: str, schema: object) -> list[Refusal]:
    """Everything for which this API refuses a tool; empty: it takes it.

    Args:
        schema: the tool's input schema.
    """
    found = [] if re.fullmatch(api.name, name) else [Refusal("name", "its name")]
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return [*found, Refusal("inputSchema", "arguments that are no object")]
    at_root = (Refusal("inputSchema", f"the keyword {word}") for word in sorted(api.at_root & schema.keys()))
    return [*found, *at_root, *_below(api, schema, "inputSchema")]


def _below(api: ModelApi, node: object, place: str) -> Iterator[Refusal]:
    if not isinstance(node, dict):
        yield Refusal(place, "a schema that is no object")
        return
    for word in sorted(str(word) for word in node.keys() - api.keywords):
        yield Refusal(place, f"the keyword {word}")
    if "format" in node and node["format"] not in api.formats:
        yield Refusal(place, f"the format {node['format']}")
    if api.one_type and not (isinstance(node.get("type"), str) or "anyOf" in node):
        yield Refusal(place, "several types or none")
    if api.one_type and node.get("type") == "null":
        yield Refusal(place, "a union with null")
    if api.closed and node.get("type") == "object" and node.get("additionalProperties") is not False:
        yield Refusal(place, "an object that is not closed")
    values = node.get("enum")
    if api.text_enum and isinstance(values, list) and not all(isinstance(each, str) for each in values):
        yield Refusal(place, "values of an enum that are no texts")
    yield from _parts(api, node, place)


def _parts(api: ModelApi, node: Mapping[str, Any], place: str) -> Iterator[Refusal]:
    for word in _OF_NAMES:
        members = node.get(word)
        for name, value in members.items() if isinstance(members, dict) else ():
            if word == "properties" and not re.fullmatch(api.member, str(name)):
                yield Refusal(f"{place}.{name}", "the name of an argument")
            yield from _below(api, value, f"{place}.{name}")
    for word in _OF_MANY:
        parts = node.get(word)
        for value in parts if isinstance(parts, list) else ():
            yield from _below(api, value, f"{place}.{word}")
    if "items" in node:
        yield from _below(api, node["items"], f"{place}.items")
