"""`golive exec -- COMMAND`: an app whose host is fixed, started so that it reaches the simulator."""

from __future__ import annotations

import os
import shutil
import signal

import click

from harness.cli.language import language_option
from harness.core.control import Language
from harness.core.errors import UsageError
from harness.simulator.as_platform.found import find_playing
from harness.simulator.as_platform.variables import variables

_IGNORED = ("SIGPIPE", "SIGXFSZ")
"""Signals that Python ignores, and a program it becomes would go on ignoring."""


@click.command(
    "exec",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="""\b
Example:
  golive simulator --as-platform --write-env .env.simulator       in another terminal
  golive exec -- node server.js                                   your app, as it is

\b
It then believes the simulator to be api.mch.weixin.qq.com and openapi.alipay.com, and reaches
no other host but this machine: docs/first-order.md. It needs the keys of .env.simulator.
Exit codes: COMMAND's own · 3 no simulator plays the platforms · 4 usage, or no such COMMAND""",
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Of the simulator, where several play the platforms."
)
@language_option
def command(*, command: tuple[str, ...], port: int | None, lang: Language | None) -> None:
    """Become COMMAND, with proxy and certificates set for Node, Python, PHP, Java, Go and curl."""
    del lang  # errors of ours ask for it by themselves
    if not command:
        raise UsageError(
            "there is no COMMAND",
            where="golive exec",
            remedy="name it after --, as in: golive exec -- node server.js",
        )
    environment = variables(find_playing(port), os.environ)
    program = shutil.which(command[0])
    if program is None:
        raise UsageError(
            f"there is no program {command[0]} that can be started",
            where="golive exec",
            remedy="check its name, PATH, and whether it may be executed",
        )
    ignored = [getattr(signal, name) for name in _IGNORED if hasattr(signal, name)]
    before = [signal.signal(each, signal.SIG_DFL) for each in ignored]
    try:
        os.execve(program, command, environment)  # noqa: S606 - it is the user's own command, and no shell reads it
    except OSError as error:
        for each, handler in zip(ignored, before, strict=True):
            signal.signal(each, handler)  # it stays Python's: a peer that closes is an error, and no end
        raise UsageError(
            f"{command[0]} cannot be started: {error.strerror}",
            where="golive exec",
            remedy="start it by itself first",
        ) from error
