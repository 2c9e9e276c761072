"""A schema is an endpoint's: it may be anything, and nothing that it names is fetched or breaks us."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from scenarios.mcp.schemas import TOO_DEEP, fault, misfit
from scenarios.mcp.unasked import texts


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "description": "the innermost"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


@pytest.mark.parametrize("named", [[], {}, 7, None, True])
def test_a_schema_whose_dialect_is_no_text_is_none(named: object) -> None:
    assert fault({"$schema": named, "type": "object"}) == "its $schema is no text"
    assert "no text" in str(misfit({}, {"$schema": named}))


def test_what_a_schema_refers_to_elsewhere_is_not_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0)
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/x.json"
        assert address in str(misfit({}, {"type": "object", "$ref": address}))
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


@pytest.mark.parametrize("schema", [{"$ref": "#"}, {"$ref": "#/nope"}, nested(900)])
def test_a_schema_that_leads_nowhere_is_the_endpoints_fault(schema: dict[str, Any]) -> None:
    assert "its schema is none" in str(misfit({}, schema))


def test_a_text_is_found_however_deep_it_stands() -> None:
    assert fault(nested(900)) == TOO_DEEP
    assert "the innermost" in texts({"x": {"inputSchema": nested(900)}}).values()


def test_schemas_of_other_dialects_are_taken() -> None:
    for dialect in (
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2020-12/schema",
    ):
        assert misfit({"a": 1}, {"$schema": dialect, "type": "object"}) is None
    assert "'b' is a required" in str(misfit({"a": 1}, {"$schema": "urn:nobody-knows", "required": ["b"]}))
