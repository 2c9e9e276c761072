"""The TOML file of a merchant's profile: where it lies, what it says, and on which line it is wrong."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self, get_args

from pydantic import BaseModel, ValidationError

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import ConfigurationError
from harness.merchant.gap import lines_of, place

_SHIPPED = Path(__file__).parent / "profiles"


class ProfileFile(NamedTuple):
    """One that was read."""

    path: Path
    members: dict[str, Any]
    lines: dict[str, int]
    """On which line each member stands, by its dotted name."""

    @classmethod
    def read(cls, name_or_path: str) -> Self:
        """A profile that ships, by its name, or a file by its path.

        Raises:
            ConfigurationError: no such file, or no TOML.
        """
        path = _find(name_or_path)
        try:
            text = path.read_text("utf-8")
            return cls(path, tomllib.loads(text), lines_of(text))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(
                f"the merchant profile cannot be read: {error}",
                where=str(path),
                remedy=f"start from a copy of {_SHIPPED / 'shop.toml'}",
            ) from None

    @property
    def ships(self) -> bool:
        """Whether it is one of ours."""
        return self.path.resolve().parent == _SHIPPED.resolve()

    def refused(self, profile: type[BaseModel], error: ValidationError) -> ConfigurationError:
        """Every member that is not what it must be, in one error.

        Args:
            profile: what it was read as.
        """
        told = (_problem(profile, self.lines, each["loc"], each["msg"]) for each in error.errors())
        return ConfigurationError(
            f"{error.error_count()} members of the merchant profile are not what they must be:\n"
            + "\n".join(told)
            + "\n",
            where=str(self.path),
            remedy="compare with profiles/shop.toml, where every member is explained",
        )


def is_shipped_build(build: str) -> bool:
    """Whether a profile that ships calls its app's build so, however it is written."""
    return _plain(build) in _shipped_builds()


@cache
def _shipped_builds() -> frozenset[str]:
    found = (tomllib.loads(path.read_text("utf-8"))["build"] for path in _SHIPPED.glob("*.toml"))
    return frozenset(map(_plain, found))


def _plain(build: str) -> str:
    return build.strip().casefold()


def _problem(profile: type[BaseModel], lines: dict[str, int], loc: tuple[int | str, ...], said: str) -> str:
    """One line about one member: where it stands, what is wrong, and for a name nobody knows the nearest."""
    name = ".".join(str(part) for part in loc)
    known = _members_at(profile, loc[:-1])
    near = f": {did_you_mean(str(loc[-1]), known)}" if said.startswith("Extra inputs") and known else ""
    return f"  {place(lines, name)}: {re.sub('^Value error, ', '', said)}{near}"


def _members_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """What the table at that place may hold."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = [each for each in _types_in(field.annotation) if issubclass(each, BaseModel)] if field else []
        if not inner:
            return []
        model = inner[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _types_in(annotation: object) -> list[type]:
    """Every class that an annotation is made of."""
    if isinstance(annotation, type):
        return [annotation]
    return [found for each in get_args(annotation) for found in _types_in(each)]


def _find(name_or_path: str) -> Path:
    shipped = _SHIPPED / f"{name_or_path}.toml"
    if name_or_path.isidentifier() and shipped.is_file():
        return shipped
    path = Path(name_or_path)
    if not path.is_file():
        names = ", ".join(sorted(each.stem for each in _SHIPPED.glob("*.toml")))
        raise ConfigurationError(
            f"no merchant profile named {name_or_path!r}",
            where="--merchant",
            remedy=f"use one that ships ({names}) or the path of a file; golive merchant init drafts one",
        )
    return path
