"""A tool's schemas: whether they are any, and whether an answer is what they say."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from jsonschema.validators import validator_for


def fault(schema: object) -> str | None:
    """Why this is no JSON Schema; None: it is one. Without `$schema` it is of 2020-12."""
    if not isinstance(schema, dict):
        return "no schema"
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        return str(error.message)
    return None


def misfit(members: object, schema: dict[str, Any]) -> str | None:
    """Where something is not what a schema says; None: it fits."""
    if problem := fault(schema):
        return f"its schema is none: {problem}"
    found = best_match(validator_for(schema, default=Draft202012Validator)(schema).iter_errors(members))
    return None if found is None else f"{found.json_path}: {found.message}"
