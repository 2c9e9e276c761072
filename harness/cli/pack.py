"""`golive pack`: one signed file of a run, for whoever was not there."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.language import language_option
from harness.cli.pack_progress import PackProgress
from harness.cli.report import moment_of, run_folder
from harness.core.control import Language, Text
from harness.core.terminal_language import terminal_language
from harness.settings.env_file import EnvFile
from harness.settings.rules.registry import Context
from harness.settings.secrets import secret_texts
from harness.verdict import verdict_lines
from reports.evidence_pack.make import Made, make_pack

_PACKING = Text(zh="打包并检索：", en="packing and searching:")
_MADE = Text(
    zh="证据包：{path}（{members} 个文件，{size} MB），裁决时刻 {as_of}",
    en="Pack: {path} ({members} files, {size} MB), judged at {as_of}",
)
_CHECK = Text(zh="验证：golive verify {path} --key {key}", en="To verify: golive verify {path} --key {key}")
_OWN_WAY = Text(
    zh="请另行告知收件人这把公钥，不要与证据包一起发送",
    en="tell its reader that key on another way than the pack goes",
)


@click.command(
    "pack",
    epilog="""\b
Examples:
  golive pack --out evidence.zip                              the newest run
  golive pack runs/20261123T020000Z-a1b2 --out evidence.zip   a certain run
  golive pack --out evidence.zip --env-file .env.production   search it for these secrets, too
\b
Exit codes: 0 made · 4 no record, unsealed, altered, still running, or it cannot be written
            5 a secret stands in it. Whatever the verdict in it is: golive verify tells.""",
)
@click.argument("run", default="runs/latest", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write."
)
@click.option("--as-of", metavar="TIME", help="Judge at this moment, ISO 8601 with zone [default: its end].")
@click.option(
    "--papers",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of papers to take in [default: papers beside the folder of runs, if there is one].",
)
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Search the finished pack for the secrets of this settings file as well.",
)
@language_option
def command(  # noqa: PLR0917 - options by name
    run: Path, out: Path, as_of: str | None, papers: Path | None, env_file: Path | None, lang: Language | None
) -> int:
    """Write RUN with its page, seal, papers and the earlier runs it rests on into one zip, signed.

    Only a finished record whose seal holds is packed. The finished pack is searched for every made-up secret
    that runs plant, in each member, archive and picture text; one found, and no pack is made.
    """
    language = lang or terminal_language()
    progress = PackProgress(_PACKING, language)
    try:
        made = make_pack(
            run_folder(run),
            out,
            as_of=moment_of(as_of),
            papers=papers,
            secrets=_secrets(env_file),
            tell=progress,
        )
    finally:
        progress.end()
    _tell(made, language)
    return 0


def _secrets(env_file: Path | None) -> tuple[str, ...]:
    return () if env_file is None else secret_texts(Context.of(EnvFile.read(env_file), "simulator"))


def _tell(made: Made, language: Language) -> None:
    told = {"path": made.path, "members": made.members, "size": f"{made.size / 1e6:.1f}"}
    click.echo(
        _MADE.filled(**told, as_of=made.predicate.as_of.isoformat(timespec="seconds")).spoken(language)
    )
    for line in verdict_lines(made.judgement, made.predicate.gate, language):
        click.echo(line)
    click.echo(_CHECK.filled(path=made.path, key=made.signed_by).spoken(language))
    click.echo(_OWN_WAY.spoken(language))
