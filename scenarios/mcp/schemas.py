"""A tool's schemas: whether they are any, and whether an answer is what they say.

They are an endpoint's, and may be anything: what they refer to elsewhere is never fetched.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

_NOTHING_ELSEWHERE: Registry[Any] = Registry()
"""Without it the library fetches what a reference names, from wherever an endpoint says."""
TOO_DEEP = "it is nested too deep, or refers to itself without end"


def fault(schema: object) -> str | None:
    """Why this is no JSON Schema; None: it is one. Without `$schema` it is of 2020-12."""
    if not isinstance(schema, dict):
        return "no schema"
    if not isinstance(schema.get("$schema", ""), str):
        return "its $schema is no text"
    try:
        _kind(schema).check_schema(schema)
    except SchemaError as error:
        return str(error.message)
    except RecursionError:
        return TOO_DEEP
    return None


def misfit(members: object, schema: dict[str, Any]) -> str | None:
    """Where something is not what a schema says; None: it fits."""
    if problem := fault(schema):
        return f"its schema is none: {problem}"
    try:
        found = best_match(_kind(schema)(schema, registry=_NOTHING_ELSEWHERE).iter_errors(members))
    except Unresolvable as error:
        return f"its schema is none: it refers to {error.ref}, which is not in it"
    except RecursionError:
        return f"its schema is none: {TOO_DEEP}"
    return None if found is None else f"{found.json_path}: {found.message}"


def _kind(schema: dict[str, Any]) -> type[Validator]:
    kind: type[Validator] = validator_for(schema, default=Draft202012Validator)
    return kind
