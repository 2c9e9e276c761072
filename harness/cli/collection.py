"""`golive collection`: what the simulator serves, as files that other programs import."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.language import language_option
from harness.core.control import Language, Text
from harness.core.errors import UsageError
from harness.core.plain_text import json_text, one_line
from harness.core.terminal_language import terminal_language
from harness.core.whole_file import write_whole
from harness.settings.env_file import EnvFile
from harness.simulator.openapi import bruno, postman
from harness.simulator.openapi.document import document, wires_alone
from harness.simulator.openapi.environment import environment
from harness.simulator.openapi.requests import requests

OPENAPI = "openapi.json"
PROGRAMS = {"postman": postman, "bruno": bruno}
_WROTE = Text(zh="已写入：", en="Written: ")
_WITHOUT = Text(
    zh="未写环境文件；需要时加 --env-file .env.simulator",
    en="No environment was written: --env-file .env.simulator makes one",
)


@click.command(
    "collection",
    epilog="""\b
Example:
  $ golive simulator --write-env .env.simulator            # in another terminal
  $ golive collection --env-file .env.simulator --out postman
  $ golive collection --env-file .env.simulator --as bruno --out bruno

Import both golive.postman_… files into Postman, or open the folder in Bruno. docs/simulator.md says more.
Exit code: 0 · 4 a file cannot be read or written, or lacks a setting.""",
)
@click.option(
    "--as",
    "program",
    type=click.Choice(list(PROGRAMS)),
    default="postman",
    show_default=True,
    help="Whose collection: Postman's two files, or Bruno's folder.",
)
@click.option(
    "--out",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the files go.",
)
@click.option(
    "--env-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Settings of the running simulator, for the environment file (mode 600).",
)
@language_option
def command(program: str, out: Path, env_file: Path | None, lang: Language | None) -> None:
    """Write what the simulator serves: an OpenAPI 3.1 document and a collection that signs.

    The collection holds no key. Keys and address stand in the environment, made of --env-file.
    """
    language = lang or terminal_language()
    writer, told = PROGRAMS[program], document(wires_alone())
    texts = writer.collection(told["info"]["title"], list(requests(told)))
    secret: dict[str, str] = {}
    if env_file is not None:
        settings = environment(texts, EnvFile.read(env_file).values, source=str(env_file))
        secret = writer.environment(settings)
    texts |= {OPENAPI: json_text(told, indent=2) + "\n", **secret}
    for name, text in texts.items():
        _write(out / name, text, private=name in secret)
        if name in secret or "/" not in name:
            click.echo(one_line(f"{_WROTE.spoken(language)}{out / name}"))
    if env_file is None:
        click.echo(one_line(_WITHOUT.spoken(language)))


def _write(path: Path, text: str, *, private: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text, private=private)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", where=str(path), remedy="choose another place"
        ) from error
