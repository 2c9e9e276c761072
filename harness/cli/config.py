"""`golive config …`: judge a settings file before anything is sent anywhere."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from harness.cli.config_findings import github_annotations, settings_sarif
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.control import Language
from harness.core.errors import UsageError
from harness.core.findings import translated
from harness.core.terminal_language import terminal_language
from harness.settings import ConfigurationReport, EnvFile, check
from harness.settings.context import Context
from harness.settings.editions import compare
from harness.settings.editions_text import rows_document, told_differences, told_rows
from harness.settings.loaders.several import read_folder
from harness.settings.report_text import print_report
from reports.checklist import load

FINDINGS = 4
UNDECIDED = 2
DIFFERENT = 1
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
@click.option(
    "--as",
    "form",
    type=click.Choice(["sarif", "github"]),
    help="Print SARIF for code scanning, or annotations for a GitHub job.",
)
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
    if chosen["as_json"] and chosen["form"]:
        raise UsageError(
            "--json and --as exclude each other", where="golive config check", remedy="leave one of them out"
        )
    report = check(EnvFile.read(file), target=target, other=_read(chosen["other"]))
    if chosen["form"] == "github":
        print_document(github_annotations(report, load()), nl=False)
    elif chosen["form"] == "sarif":
        print_document(settings_sarif(report, load(), version("golive")).decode(), nl=False)
    elif chosen["as_json"]:
        print_document(json.dumps(as_document(report), ensure_ascii=False, indent=2))
    else:
        print_report(report, Console(highlight=False, markup=False, emoji=False), lang or terminal_language())
    if not report.clean:
        context.exit(FINDINGS)
    if not report.decided:
        context.exit(UNDECIDED)


@command.command("diff", short_help="What changes on the upgrade, and what must not be equal.")
@click.argument("experience", type=click.Path(path_type=Path))
@click.argument("production", type=click.Path(path_type=Path))
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
@click.pass_context
def compare_files(
    context: click.Context, /, experience: Path, production: Path, lang: Language | None, **chosen: Any
) -> None:
    """Compare the settings of EXPERIENCE with those of PRODUCTION, variable by variable.

    A secret is told to be the same or another one, and never shown. Marked with ✗ is what production must
    have for itself, and what CFG-11 finds in its profile.

    \b
    Example:
      $ golive config diff .env.local .env.production
      ~ WECHAT_MCP_EXPERIENCE  true → false
      ~ WECHAT_MCP_API_KEY     another one (64 characters)
      ✗ JWT_SECRET             the same in both, and production needs its own

    Exit code: 0 nothing is wrong · 4 something must not be as it is, or a file cannot be read.
    """
    before, after = Context.of(EnvFile.read(experience), None), EnvFile.read(production)
    report = check(after, target="production", other=before.env)
    rows = compare(before, Context.of(after, "production"))
    language = lang or terminal_language()
    if chosen["as_json"]:
        print_document(json.dumps(rows_document(rows, report), ensure_ascii=False, indent=2))
    else:
        for line in told_rows(rows, report, language):
            click.echo(line)
    if report.of("CFG-11"):
        context.exit(FINDINGS)


@command.command("files", short_help="What each framework reads of a folder's files.")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--mode", default="production", show_default=True, help="As in .env.production.")
@language_option
@click.pass_context
def read_files(context: click.Context, /, folder: Path, mode: str, lang: Language | None) -> None:
    """Say of each variable of FOLDER's .env files what Next.js, Vite, dotenv, Docker and systemd see.

    Only variables that they see differently are listed; values of secrets are told by their length.

    \b
    Example:
      $ golive config files --mode production
      MCP_TIMEOUT
        15000 (.env.local)   Next.js
        30000 (.env)         Node dotenv, python-dotenv

    Exit code: 0 all see the same · 1 they do not · 4 a file cannot be read.
    """
    lines = told_differences(read_folder(folder, mode), lang or terminal_language())
    for line in lines:
        click.echo(line)
    if len(lines) > 1:
        context.exit(DIFFERENT)


def _read(path: Path | None) -> EnvFile | None:
    return EnvFile.read(path) if path else None


def as_document(report: ConfigurationReport) -> dict[str, object]:
    """The report as `--json` prints it; `schema` counts up when a member changes its meaning."""
    document = report.model_dump(mode="json")
    for told in (*document["findings"], *document["notes"], *document["doubts"]):
        told.update({name: translated(told[name]).model_dump() for name in _TOLD & told.keys()})
    return {"schema": 1, "clean": report.clean, **document}
