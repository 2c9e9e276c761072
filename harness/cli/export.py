"""`golive export`: a finished run as a sheet, a report to sign, or what another program reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from harness.browser.pdf import print_pdf
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.cli.report import moment_of, run_folder
from harness.core.control import Language
from harness.core.errors import UsageError
from harness.core.plain_text import plain
from harness.core.terminal_language import terminal_language
from reports.export import (
    FOLDER,
    FORMATS,
    Asked,
    load_files,
    measured_load,
    one_file,
    reviewed,
    write_files,
)

ALL = "all"
_TEXTS = ("markdown", "sarif")
"""Formats that can be printed rather than written."""


@click.command(
    "export",
    epilog="""\b
Formats:
  xlsx       上线评审表: verdict and what is missing, every control with its evidence, cells to sign
  docx pdf   验收报告: may we go live; if not, what is missing and who brings it; lines to sign
  sarif      findings of the scans, for code scanning on GitHub
  markdown   for a pull request or a job's summary; printed unless --out names a file
  junit      for GitLab and Jenkins, and beside it a form for 禅道 (ZenTao); also of a folder that
             golive load --judge has judged: a case for each criterion
  allure     results, categories and settings for Allure 3
\b
Examples:
  golive export --as xlsx                                   the newest run
  golive export 20261123T020000Z-a1b2 --as pdf --out go-live.pdf
  golive export --as markdown >> "$GITHUB_STEP_SUMMARY"
  golive export --as all --out exports/ --lang zh
\b
Exit codes: 0 written, whatever the verdict · 3 no browser for pdf · 4 no such run, or it is
damaged, cannot be written, or what was printed did not arrive""",
)
@click.argument("run", default="runs/latest", type=click.Path(path_type=Path))
@click.option("--as", "form", required=True, type=click.Choice([*FORMATS, ALL]), help="What to write.")
@click.option(
    "--out",
    metavar="PLACE",
    help="The file, or a folder (it ends in /, or is one); - prints. [default: RUN/exports/]",
)
@click.option("--as-of", metavar="TIME", help="Judge at this moment, ISO 8601 with zone [default: its end].")
@language_option
def command(run: Path, form: str, out: str | None, as_of: str | None, lang: Language | None) -> int:
    """Write RUN in another format, from its record alone: the same record and moment give the same file.

    Without --lang the sheet has both languages, the report is Chinese, and Markdown speaks the terminal's.
    """
    folder = run_folder(run)
    moment, load = moment_of(as_of), measured_load(folder)
    if load is not None and form != "junit":
        raise UsageError(
            "this is a load that was judged, and no record of a run",
            where=str(folder),
            remedy="export it --as junit, or make a record with golive load --run",
        )
    review = None if load else reviewed(folder, moment)
    names = list(FORMATS) if form == ALL else [form]
    printed = out == "-" or (out is None and form == "markdown")
    if printed and form not in _TEXTS:
        raise UsageError(
            f"{form} cannot be printed", where="--out -", remedy="name a file or a folder: --out PLACE"
        )
    place = folder / FOLDER if out is None or printed else Path(out)
    into_folder = out is None or form == ALL or not one_file(form) or out.endswith("/") or place.is_dir()
    if into_folder and place.is_file():
        raise UsageError(
            "this writes several files, and there is one file",
            where=str(place),
            remedy="name a folder: --out DIR",
        )
    if out is None and not printed and place.is_symlink():
        raise UsageError(
            "the folder for exports leads out of the record",
            where=str(place),
            remedy="name another: --out DIR",
        )
    for name in names:
        language = lang or (terminal_language() if name == "markdown" else None)
        files = (
            FORMATS[name](Asked(review, language, _printed)) if review else load_files(load) if load else {}
        )
        if printed:
            print_document(b"".join(files.values()).decode(), nl=False)
            continue
        for file in _shown(write_files(files, place, folder=into_folder, named=out is not None)):
            click.echo(plain(str(file)))
    return 0


def _shown(files: list[Path]) -> list[Path]:
    """The files to name: of very many the folder that holds them."""
    return files if len(files) <= len(FORMATS) else sorted({file.parent for file in files})[-1:]


def _printed(html: str, foot: str, at: datetime) -> bytes:
    return print_pdf(html, foot=foot, moment=at)
