"""The steps in a browser by which a shopper orders: a list in the profile, or a file beside it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from harness.core.control import Model
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import ConfigurationError
from harness.merchant.rungs.placeholders import ORDERING, check

_ACTIONS = ("goto", "fill", "press", "click")
_WAYS = ("role", "text", "css", "label", "test_id")


class Step(Model):
    """One thing that a shopper does: an action, and at which part of the page."""

    goto: str | None = Field(default=None, pattern=r"^/\S*$")
    fill: str | None = None
    press: str | None = None
    click: Literal[True] | None = None
    role: str | None = None
    name: str | None = None
    """Of a role, e.g. what stands on a button."""
    text: str | None = None
    css: str | None = None
    label: str | None = None
    test_id: str | None = None

    @model_validator(mode="after")
    def _one_action_at_one_part(self) -> Self:
        actions = [each for each in _ACTIONS if getattr(self, each) is not None]
        ways = [each for each in _WAYS if getattr(self, each) is not None]
        if len(actions) != 1:
            raise ValueError(f"a step does one of {', '.join(_ACTIONS)}")
        if len(ways) != (0 if actions == ["goto"] else 1):
            raise ValueError(f"{actions[0]} wants its part by one of {', '.join(_WAYS)}; goto wants none")
        if self.name is not None and self.role is None:
            raise ValueError('name belongs to a role, e.g. role = "button", name = "下单"')
        return self


def parameters_of(file: Path, where: str) -> frozenset[str]:
    """What the file's function wants to be told beside the page: our placeholders, by their names.

    Raises:
        ConfigurationError: no such file, no Python, no such function, or a parameter of another name.
    """
    try:
        return _parameters_of(file)
    except ValueError as error:
        beside = [each.name for each in file.parent.glob("*.py") if each != file]
        record = "record it: golive merchant record PROFILE"
        remedy = record if file.exists() else did_you_mean(file.name, beside, otherwise=record)
        raise ConfigurationError(str(error), where=where, remedy=remedy) from None


def _parameters_of(file: Path) -> frozenset[str]:
    try:
        tree = ast.parse(file.read_text("utf-8"))
    except OSError as error:
        raise ValueError(f"{file.name} cannot be read beside the profile: {error.strerror}") from None
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name} is no Python: {error}") from None
    for each in tree.body:
        if isinstance(each, ast.FunctionDef):
            names = [argument.arg for argument in (*each.args.args, *each.args.kwonlyargs)]
            if {"page", "playwright"} & set(names):
                wanted = [name for name in names if name not in ("page", "playwright")]
                check([f"{{{name}}}" for name in wanted], ORDERING)
                return frozenset(wanted)
    raise ValueError(f"{file.name} has no function that takes a page, as `playwright codegen` writes one")
