"""`golive merchant check`: tries each part of a profile against the running app and simulator."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.language import language_option, spoken
from harness.core.control import Language
from harness.core.errors import ConfigurationError
from harness.core.findings import told_in
from harness.core.texts import read_texts
from harness.levers.client import LeversClient
from harness.merchant.profile import MerchantProfile
from harness.merchant.trial import Trial
from harness.plugin.options import EMBEDDED
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings

_TEXTS = read_texts(Path(__file__).with_name("merchant.yaml"))


@click.group("merchant")
def command() -> None:
    """Describe your own app, and see what fits."""


@command.command("check")
@click.argument("profile")
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(".env.simulator"),
    show_default=True,
    help="The file that `golive simulator --write-env` wrote; your app reads it too.",
)
@language_option
def check(profile: str, env_file: Path, lang: Language | None) -> int:
    """By PROFILE sign in, order, pay and look, each once; say what was seen and what does not fit."""
    language = lang or spoken()
    described = MerchantProfile.load(profile)
    settings = Settings.load(EnvFile.read(env_file), target=EMBEDDED)
    if settings.levers is None:
        raise ConfigurationError(
            "the settings name no levers, so nobody can pay a simulated order",
            where=str(env_file),
            remedy="let `golive simulator --write-env` write the settings file",
        )
    unlocks = ""
    with LeversClient(settings.levers.url, settings.levers.token) as levers:
        for tried in Trial(described, levers).parts():
            if tried.error is not None:
                raise tried.error
            part = _TEXTS["parts"][tried.part.partition(".")[0]].spoken(language)
            click.echo(f"✓ {part} [{tried.part}]: {told_in(tried.told, language)}")
            unlocks = tried.unlocks or unlocks
    click.echo(_TEXTS["lines"]["fits"].spoken(language))
    if unlocks:
        click.echo(_TEXTS["lines"]["more"].filled(line=told_in(unlocks, language)).spoken(language))
    return 0
