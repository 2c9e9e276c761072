"""The tables of a profile by which an app is killed and started again, and its store made to fail."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from harness.core.control import Model
from harness.merchant.rungs.placeholders import check, fill


def _plain(command: tuple[str, ...]) -> tuple[str, ...]:
    """Without placeholders; a brace that is meant is written twice, as everywhere."""
    check(command, ())
    return tuple(fill(each, {}) for each in command)


Command = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_plain)]
"""A program and its arguments, run where the profile lies."""


class ProcessCommands(Model):
    """How the app is killed without notice, and started again."""

    start: Command
    """Serves in the foreground, and then ends with the run; or tells whoever runs the app to start it."""
    pid_file: str | None = None
    """In which the app writes the id of its process, from where the profile lies. Without it, and without
    `kill`, only what a run has started itself can be killed."""
    kill: Command | None = None
    """In place of that: ends it within a second, as SIGKILL does."""

    @model_validator(mode="after")
    def _one_rung(self) -> Self:
        if self.pid_file is not None and self.kill is not None:
            raise ValueError("name either pid_file, which the app writes, or a command that kills it")
        return self


class StoreCommands(Model):
    """How the app's store is made to fail, and mended."""

    breaks: Command = Field(alias="break")
    mend: Command
