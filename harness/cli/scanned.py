"""`golive scanned`: takes in what a vulnerability scanner wrote."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from harness.cli.language import language_option
from harness.cli.paper_options import PAPERS
from harness.core.control import Language, Text
from harness.core.errors import UsageError
from harness.core.terminal_language import terminal_language

_ADDED = Text(
    zh="{tool}：看了 {looked_at} 项，发现 {found} 项；{day} 的扫描，构建 {build}",
    en="{tool}: {looked_at} looked at, {found} found; scanned on {day}, build {build}",
)


@click.command(
    "scanned",
    epilog="""\b
Examples:
  npm audit --json > audit.json; golive scanned audit.json --merchant app.toml --finished now
  golive scanned trivy.sarif codeql.sarif --merchant app.toml
  osv-scanner scan --format json --all-packages -r . > osv.json
  golive scanned osv.json --merchant app.toml --finished 2026-11-30T02:00:00+08:00

\b
Exit codes: 0 added · 4 refused, with the reason; that file was not added""",
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE..."
)
@click.option(
    "--merchant", default="shop", show_default=True, help="The profile of the app that was scanned."
)
@click.option(
    "--finished",
    metavar="WHEN",
    help="When the scan ended, where the file does not say: now, or a moment with its zone.",
)
@click.option(
    "--papers",
    type=click.Path(path_type=Path),
    default=PAPERS,
    show_default=True,
    help="The folder of papers, beside that of the runs.",
)
@language_option
def command(
    *, files: tuple[Path, ...], merchant: str, finished: str | None, papers: Path, lang: Language | None
) -> int:
    """Add scanners' FILEs: SARIF, or the JSON of npm audit, pip-audit or osv-scanner.

    They count for the app as its profile describes it now: another build wants another scan. Runs that begin
    from now on judge them (SEC-09): no high or critical finding, none older than 7 days, and nothing that is
    empty, cut off or came to nothing.
    """
    from harness.core.clock import BEIJING, wire_now  # noqa: PLC0415 - keeps --help quick
    from harness.core.findings import told_in  # noqa: PLC0415
    from harness.merchant.profile import MerchantProfile  # noqa: PLC0415
    from harness.plugin.options import Options  # noqa: PLC0415
    from harness.plugin.session.record_setup import subject_of  # noqa: PLC0415
    from harness.scans.added import add  # noqa: PLC0415
    from harness.scans.vulnerability_rules import judge_scan  # noqa: PLC0415
    from reports.checklist import load  # noqa: PLC0415

    now, language = wire_now(), lang or terminal_language()
    profile = MerchantProfile.load(merchant)
    subject = subject_of(profile, Options(merchant=merchant), load())
    moment = None if finished is None else _moment(finished, now)
    for file in files:
        scan = add(file, papers, subject=subject, build=profile.build, finished=moment, now=now)
        report = scan.report(papers)
        told = _ADDED.filled(
            tool=scan.tool,
            looked_at=report.looked_at,
            found=len(report.found),
            day=scan.finished.astimezone(BEIJING).date(),
            build=scan.build,
        )
        click.echo(told.spoken(language))
        judged = judge_scan(scan, papers, now)
        for each in (*judged.wrong, *judged.open, *judged.unwise):
            click.echo(f"    {told_in(each, language)}")
    return 0


def _moment(told: str, now: datetime) -> datetime:
    if told == "now":
        return now
    try:
        read = datetime.fromisoformat(told)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise UsageError(
            f"that is no moment with its zone: {told!r}",
            where="--finished",
            remedy="write it like --finished 2026-11-30T02:00:00+08:00, or --finished now",
        )
    return read
