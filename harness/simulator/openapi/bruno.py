"""The requests as a Bruno collection: a folder of `.bru` files, one a request, which Bruno opens as it is.

A `.bru` file is blocks: pairs, or a text with its lines indented. A brace in the first column ends a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import indent

from harness.core.plain_text import json_text
from harness.simulator.openapi.requests import ABOUT, VARIABLES, Asked, script

ENVIRONMENT = "golive-simulator"
"""What `bru run --env` calls it."""


def collection(title: str, requests: Sequence[Asked]) -> dict[str, str]:
    """The files of the collection, by their path within it: a folder a wire, and the script that signs."""
    wires = list(dict.fromkeys(each.wire for each in requests))
    about = {"version": "1", "name": title, "type": "collection", "ignore": ["node_modules", ".git"]}
    texts = {
        "bruno.json": json_text(about, indent=2) + "\n",
        "collection.bru": _blocks(
            _pairs("vars:pre-request", VARIABLES.items()),
            _text("script:pre-request", script("bruno")),
            _text("docs", ABOUT),
        ),
    }
    for place, wire in enumerate(wires, 1):
        texts[f"{wire}/folder.bru"] = _pairs("meta", [("name", wire), ("seq", str(place))])
        own = [each for each in requests if each.wire == wire]
        texts |= {f"{wire}/{each.key}.bru": _request(seq, each) for seq, each in enumerate(own, 1)}
    return texts


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The file of the environment, by its path, and one that keeps it out of a repository."""
    return {
        f"environments/{ENVIRONMENT}.bru": _pairs("vars", settings.items()),
        "environments/.gitignore": "*\n",
    }


def _request(seq: int, asked: Asked) -> str:
    kind = "formUrlEncoded" if asked.form else "none" if asked.body is None else "json"
    return _blocks(
        _pairs("meta", [("name", asked.name), ("type", "http"), ("seq", str(seq))]),
        _pairs(asked.method.lower(), [("url", asked.url), ("body", kind), ("auth", "none")]),
        _pairs("params:query", asked.query) if asked.query else "",
        _pairs("headers", asked.headers),
        _pairs("body:form-urlencoded", asked.form) if asked.form else "",
        "" if asked.body is None else _text("body:json", asked.body),
    )


def _blocks(*blocks: str) -> str:
    return "\n".join(block for block in blocks if block)


def _pairs(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    return _text(name, "\n".join(f"{key}: {value}" for key, value in pairs))


def _text(name: str, text: str) -> str:
    return f"{name} {{\n{indent(text.rstrip(), '  ')}\n}}\n"
