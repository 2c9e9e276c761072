"""`golive config …`: judge a settings file before anything is sent anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from harness.cli.language import language_option
from harness.core.control import Language
from harness.core.findings import translated
from harness.core.terminal_language import terminal_language
from harness.settings import ConfigurationReport, EnvFile, check
from harness.settings.report_text import print_report

FINDINGS = 4
UNDECIDED = 2
_TOLD = {"problem", "fix", "text"}
"""Members that are sentences."""


@click.group("config")
def command() -> None:
    """Judge a merchant's settings file. Nothing is sent, nothing is changed, no secret is shown."""


@command.command("check", short_help="Judge a settings file against the configuration controls.")
@click.argument("file", default=".env.local", type=click.Path(path_type=Path))
@click.option(
    "--target",
    metavar="NAME|URL",
    help="What the file is for: simulator, experience, production or a URL. Read off the file when omitted.",
)
@click.option(
    "--other",
    type=click.Path(path_type=Path),
    help="The other edition's file: what must not be the same in both is compared (CFG-11).",
)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, in both languages.")
@click.pass_context
def check_file(
    context: click.Context, /, file: Path, target: str | None, lang: Language | None, **chosen: Any
) -> None:
    """Judge FILE (default .env.local) against CFG-01 to CFG-11 and APP-05.

    Every finding names the variable, its line and the fix; values of secrets are never shown. The history of
    the git repository around the file is searched, too.

    \b
    Example, a file made of the plan's two blocks:
      $ golive config check .env.local
      ✗ CFG-04 modes agree (3 values judged, 1 finding)
        line 21  WECHAT_PAY_SANDBOX  is true, but line 30 says WECHAT_MCP_EXPERIENCE=false
            → set WECHAT_PAY_SANDBOX=false, …

    \b
    Before the production upgrade:
      $ golive config check .env.production --target production --other .env.local

    Exit code: 0 clean · 2 no finding, but something could not be judged · 4 with findings, or when a file
    cannot be read.
    """
    report = check(EnvFile.read(file), target=target, other=_read(chosen["other"]))
    if chosen["as_json"]:
        click.echo(json.dumps(as_document(report), ensure_ascii=False, indent=2))
    else:
        print_report(report, Console(highlight=False, markup=False, emoji=False), lang or terminal_language())
    if not report.clean:
        context.exit(FINDINGS)
    if not report.decided:
        context.exit(UNDECIDED)


def _read(path: Path | None) -> EnvFile | None:
    return EnvFile.read(path) if path else None


def as_document(report: ConfigurationReport) -> dict[str, object]:
    """The report as `--json` prints it; `schema` counts up when a member changes its meaning."""
    document = report.model_dump(mode="json")
    for told in (*document["findings"], *document["notes"], *document["doubts"]):
        told.update({name: translated(told[name]).model_dump() for name in _TOLD & told.keys()})
    return {"schema": 1, "clean": report.clean, **document}
