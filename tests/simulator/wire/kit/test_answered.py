"""Schemas of answers are made of their types: each kind of member, and what has no counterpart is refused."""

from __future__ import annotations

from functools import wraps
from typing import Annotated, Literal, NotRequired, TypedDict

import pytest

from harness.core.errors import HarnessError
from harness.core.payment import RefundStatus
from harness.simulator.wire.kit.answered import AnswerSchemas, Named, members_of, one_of, said_by


class Inner(TypedDict):
    """Something within."""

    word: Literal["a", "b"]


class Outer(TypedDict):
    """Every kind of member."""

    text: str
    number: int
    flag: bool
    anything: object
    fixed: Literal["CNY"]
    several: list[Inner]
    maybe: str | None
    status: Annotated[str, one_of(RefundStatus)]
    some: NotRequired[Inner]


class Strange(TypedDict):
    """What JSON has no word for."""

    moments: set[str]


def test_every_kind_of_member_has_its_schema_and_each_type_stands_once() -> None:
    schemas = AnswerSchemas()
    assert schemas.of(Outer) == schemas.of(Outer) == {"$ref": "#/components/schemas/Outer"}
    inner = {"$ref": "#/components/schemas/Inner"}
    assert schemas.named == {
        "Outer": {
            "type": "object",
            "properties": {
                "text": {"type": "string"},
                "number": {"type": "integer"},
                "flag": {"type": "boolean"},
                "anything": {},
                "fixed": {"type": "string", "const": "CNY"},
                "several": {"type": "array", "items": inner},
                "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "status": {"type": "string", "enum": ["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL"]},
                "some": inner,
            },
            "required": ["text", "number", "flag", "anything", "fixed", "several", "maybe", "status"],
        },
        "Inner": {
            "type": "object",
            "properties": {"word": {"type": "string", "enum": ["a", "b"]}},
            "required": ["word"],
        },
    }


def test_answers_side_by_side_have_the_members_of_both() -> None:
    both = members_of(Inner, Outer)
    assert [*both["properties"]][:2] == ["word", "text"]
    assert both["required"][:2] == ["word", "text"]


def test_what_has_no_counterpart_is_refused() -> None:
    with pytest.raises(HarnessError, match="no JSON Schema is known of set"):
        AnswerSchemas().of(Strange)


def test_two_answers_of_one_name_are_refused() -> None:
    schemas = AnswerSchemas()
    schemas.of(Named("Inner", {"type": "string"}))
    with pytest.raises(HarnessError, match="two different answers are called Inner"):
        schemas.of(Inner)


def test_what_an_operation_says_is_found_behind_what_wraps_it() -> None:
    def perform() -> Inner:
        return {"word": "a"}

    @wraps(perform)
    def wrapped() -> object:
        return perform()

    assert said_by(wrapped) is Inner
