"""`golive import`: take in the results of the merchant's own tests, for CFG-13."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.language import language_option
from harness.core.control import Language
from harness.core.terminal_language import terminal_language
from harness.merchant.own_tests import FOLDER, Form, Phase, keep, read_results

BAD = 1


@click.command("import")
@click.argument("form", type=click.Choice([form.value for form in Form]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "phase", type=click.Choice([each.value for each in Phase]), help="Which they are.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path(FOLDER),
    show_default=True,
    help="Beside the runs.",
)
@language_option
@click.pass_context
def command(context: click.Context, /, form: str, file: Path, lang: Language | None, **chosen: Any) -> None:
    """Take in FILE, the results of your own tests: JUnit XML, Playwright's JSON, or Allure's results folder.

    The next run judges them (CFG-13): unit, integration and end-to-end tests are there, no older than 7 days,
    none failed, and none passed by being skipped. Without --as, Playwright's are end-to-end,
    others unit tests.

    \b
    Example:
      $ golive import junit build/junit.xml --as unit
      $ golive import playwright playwright-report.json

    Exit code: 0 taken in, all passed · 1 taken in, and some failed or were skipped · 4 it cannot be read.
    """
    default = Phase.END_TO_END if form == Form.PLAYWRIGHT else Phase.UNIT
    results = read_results(Form(form), file, Phase(chosen["phase"]) if chosen["phase"] else default)
    path = keep(results, chosen["into"])
    zh = (lang or terminal_language()) == "zh"
    counts = (results.passed, results.failed_count, results.skipped_count)
    said = "{}：{} 个通过，{} 个失败，{} 个跳过" if zh else "{}: {} passed, {} failed, {} skipped"
    click.echo(said.format(path, *counts))
    if results.failed_count or results.skipped_count:
        context.exit(BAD)
