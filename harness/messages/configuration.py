"""Who is told, by `golive.toml [messages]`; addresses and secrets come from the environment alone.

[messages]
base_url = "https://ci.example.com/golive/runs"     # the link is this, the run, and report.html
language = "zh"

[[messages.to]]
service = "dingtalk"                                # wecom, feishu, dingtalk, json
url_from = "GOLIVE_DINGTALK_URL"                    # names of environment variables
secret_from = "GOLIVE_DINGTALK_SECRET"              # where the robot wants signatures
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, ValidationError, model_validator

from harness.core.control import Language, Model
from harness.core.errors import ConfigurationError

FILE = Path("golive.toml")
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Receiver(Model):
    """One webhook."""

    service: Literal["wecom", "feishu", "dingtalk", "json"]
    url_from: Name
    """The environment variable that holds its address, which is a secret."""
    secret_from: Name | None = None
    """The one that holds the key of its signatures."""

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        if self.service == "wecom" and self.secret_from is not None:
            raise ValueError("wecom takes no signature: leave secret_from out")
        return self


class Messages(Model):
    """The table `[messages]`."""

    base_url: str = ""
    """Where run folders are served; empty: messages have no link."""
    language: Language = "zh"
    to: tuple[Receiver, ...] = ()

    @model_validator(mode="after")
    def _is_an_address(self) -> Self:
        parts = urlsplit(self.base_url)
        plain = parts.scheme in ("http", "https") and parts.hostname and not set("?#") & set(self.base_url)
        if self.base_url and (not plain or parts.username is not None or not self.base_url.isprintable()):
            raise ValueError("base_url is an http or https address without user, query and fragment")
        if set(self.base_url) & set(" ()<>[]\\\"'`"):
            raise ValueError("base_url holds a sign that ends a link: write it percent-encoded")
        return self

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """Read the table; without it nobody is told.

        Raises:
            ConfigurationError: no TOML, or an entry that is not what it must be; every one is named.
        """
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(
                f"it cannot be read: {error}", where=str(path), remedy="mend it, or move it out of the way"
            ) from None
        try:
            return cls.model_validate(tables.get("messages", {}), strict=False)
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False)  # what was typed may be a secret
            wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found)
            raise ConfigurationError(
                f"[messages] is not what it must be: {wrong}",
                where=str(path),
                remedy="write base_url, language and [[messages.to]] with service, url_from and secret_from; "
                "see docs/nightly.md",
            ) from None

    def link(self, run: str) -> str:
        """The address of a run's page; empty where none is configured."""
        return f"{self.base_url.rstrip('/')}/{quote(run, safe='')}/report.html" if self.base_url else ""


def value_of(name: str, environment: Mapping[str, str]) -> str:
    """What a variable holds, stripped; empty: it is not set."""
    return environment.get(name, "").strip()
