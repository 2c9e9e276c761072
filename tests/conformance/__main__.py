"""`make conformance`: both endpoints and both revisions, and the page of what came of it."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from harness.core.errors import ConfigurationError
from tests.conformance.expected import FILE, REVISIONS, groups
from tests.conformance.pages import PAGES, page
from tests.conformance.suite import PACKAGE, Result, endpoints, judge
from tests.interop.node_side import MISSING, PACKAGES

NO_SUITE = 3


@click.command("conformance", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Ask the simulator's MCP endpoints what the protocol requires, and write docs/conformance.

    \b
    0 everything passed that is not expected to fail
    1 something else failed, or a line of expected-failures.yaml is stale
    3 the suite is not installed
    """
    if not (PACKAGES / PACKAGE).is_dir():
        click.echo(f"conformance: {MISSING}", err=True)
        sys.exit(NO_SUITE)
    try:
        groups()
    except ConfigurationError as wrong_file:
        click.echo(f"conformance: {wrong_file}", err=True)
        sys.exit(1)
    results: list[Result] = []
    with endpoints() as found:
        for provider, endpoint in found.items():
            for revision in REVISIONS:
                with TemporaryDirectory(prefix="golive-conformance-") as scratch:
                    results.append(result := judge(provider, revision, endpoint, Path(scratch)))
                click.echo(f"{provider} {revision}: {result.passed} passed, {result.known} as expected")
    wrong = [result for result in results if not result.conforms]
    for result in wrong:
        click.echo(f"conformance: {result.provider} {result.revision}\n{result.told}", err=True)
        for line in result.stale:
            click.echo(f"stale, take it out of {FILE.name}: {line}", err=True)
        for scenario in result.untold:
            click.echo(f"fails and is not scored, give {FILE.name} a line and a reason: {scenario}", err=True)
    if wrong:
        sys.exit(1)
    for language, path in PAGES.items():
        path.write_text(page(results, language), "utf-8")
    click.echo(f"written: {', '.join(path.name for path in PAGES.values())} in {FILE.parent.name}")


if __name__ == "__main__":
    command()
