"""A request as it was on the wire, for whoever looks into its signature."""

from __future__ import annotations

from starlette.types import Scope

from harness.signing.diagnosis.message import Message


def raw_message(scope: Scope, body: bytes) -> Message:
    """Its method, its path and query as they were written, its headers, and exactly its body."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return Message(
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
        method=scope["method"],
        target=(raw + b"?" + query if query else raw).decode("latin-1"),
    )
