"""`python -m load`: one load under Locust, without its web page; the options are Locust's and ours.

Example:
  python -m load --env-file .env.simulator --rate 50 --seconds 30 --out runs/load

With `--processes 2` it uses two processes of this machine, which meet on loopback; with `--master
--expect-workers 2`, and elsewhere `--worker --master-host HOST`, several machines. What it measured ends up
in FOLDER/measurements/load.json, with Locust's own page beside it.
"""

from __future__ import annotations

import importlib
import socket
import sys
from pathlib import Path

import click

from harness.core.assertions import refuse_optimised
from harness.core.errors import GoLiveError, UsageError
from harness.core.system import refuse_other_systems
from harness.processes.parent import end_with_parent, forks_end_with_us

_LOCUSTFILE = Path(__file__).with_name("locustfile.py")
PAGE = "artifacts/locust.html"
FIGURES = "artifacts/locust.json"
"""Locust's own page and figures, below the folder named by --out."""
_HERE = "127.0.0.1"
_WAIT_S = "60"
"""How long the processes of one machine may take to start."""
_NOT_TAKEN = (1, -1)
"""How Locust itself exits where it does not take what was asked of it."""


def arguments(given: list[str]) -> list[str]:
    """What Locust is called with: no web page, no tables, its HTML beside our measurement."""
    out = next((_value(given, i) for i, word in enumerate(given) if word.split("=")[0] == "--out"), "")
    asked = {word.split("=")[0] for word in given}
    worker = "--worker" in asked
    # Locust prints its rounded tables unless it may write its figures to a file.
    page = (
        # Locust gives the figures' file its ending.
        ["--html", str(Path(out) / PAGE), "--json-file", str((Path(out) / FIGURES).with_suffix(""))]
        if out and not worker
        else []
    )
    quiet = [] if "--loglevel" in asked or "-L" in asked else ["--loglevel", "WARNING"]
    return ["-f", str(_LOCUSTFILE), "--headless", "--only-summary", *quiet, *page, *_meeting(asked), *given]


def _meeting(asked: set[str]) -> list[str]:
    """Where several processes of this machine meet, unless that is said: at a port of their own.

    Locust's is 5557 on every interface, and there a worker would serve the master of any other load.
    """
    if "--processes" not in asked or asked & {"--worker", "--master-port", "--master-bind-port"}:
        return []
    with socket.socket() as free:
        free.bind((_HERE, 0))
        port = str(free.getsockname()[1])
    bound = ["--master-bind-host", _HERE, "--master-bind-port", port]
    return [*bound, "--master-host", _HERE, "--master-port", port, "--expect-workers-max-wait", _WAIT_S]


def _value(given: list[str], index: int) -> str:
    _, equals, value = given[index].partition("=")
    return value if equals else "".join(given[index + 1 : index + 2])


@click.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("given", nargs=-1, type=click.UNPROCESSED)
def command(given: tuple[str, ...]) -> None:
    """Run Locust in this process; it exits with 0 measured, 2 inconclusive, 3 unreachable, 4 refused."""
    try:
        refuse_optimised()
        refuse_other_systems()
    except GoLiveError as error:
        click.echo(f"golive: {error}", err=True)
        sys.exit(error.exit_code)
    end_with_parent()
    forks_end_with_us()
    sys.argv = ["python -m load", *arguments(list(given))]
    # Importing locust patches the process, so it comes last.
    try:
        importlib.import_module("locust.main").main()
    except SystemExit as ended:
        # A load says how it went with other codes.
        sys.exit(UsageError.exit_code if ended.code in _NOT_TAKEN else ended.code)


if __name__ == "__main__":
    command()
