"""`golive merchant`: drafts a profile of a running app, and tries each part of one."""

from __future__ import annotations

import os
from pathlib import Path

import click

from harness.cli.language import language_option
from harness.core.control import Language
from harness.core.errors import ConfigurationError, UsageError
from harness.core.findings import told_in
from harness.core.terminal_language import terminal_language
from harness.core.texts import read_texts
from harness.core.whole_file import write_whole
from harness.levers.client import LeversClient
from harness.merchant.drafting.database import Database
from harness.merchant.drafting.draft import Drafted, Drafter
from harness.merchant.drafting.profile_text import ProfileText
from harness.merchant.drafting.recording import Recording
from harness.merchant.https import address
from harness.merchant.profile import MerchantProfile
from harness.merchant.trial import Trial
from harness.plugin.options import EMBEDDED
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings

_TEXTS = read_texts(Path(__file__).with_name("merchant.yaml"))


_env_file = click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(".env.simulator"),
    show_default=True,
    help="The file that `golive simulator --write-env` wrote; your app reads it too.",
)


@click.group("merchant")
def command() -> None:
    """Describe your own app, and see what fits."""


@command.command("check", short_help="Try a profile: sign in, order, pay and look, once each.")
@click.argument("profile")
@_env_file
@language_option
def check(profile: str, env_file: Path, lang: Language | None) -> int:
    """By PROFILE sign in, order, pay and look, each once; say what was seen and what does not fit."""
    language = lang or terminal_language()
    described = MerchantProfile.load(profile)
    unlocks = ""
    with _levers(env_file) as levers:
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


@command.command("record", short_help="Record in a browser how an order is made.")
@click.argument("profile", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--kind",
    type=click.Choice(["qr", "h5", "jsapi"]),
    default="qr",
    show_default=True,
    help="Which way of paying is chosen in it.",
)
@language_option
def record(*, profile: Path, kind: str, lang: Language | None) -> int:
    """Open Playwright's recorder at the app of PROFILE; order once, and close the window.

    The steps are kept beside the profile, which then names them as [order.KIND] steps.
    """
    steps = Recording(profile, kind).record()
    line = _TEXTS["lines"]["recorded"].filled(steps=steps.name, kind=kind)
    click.echo(line.spoken(lang or terminal_language()))
    return 0


@command.command("init")
@click.argument("url")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("merchant.toml"),
    show_default=True,
    help="Where the draft goes; a file that is there stays as it is.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME=VALUE",
    help="A field of the sign-in form, e.g. --field username=li --field 'password=$SHOP_PASSWORD': a value "
    "that begins with $ is read from the environment and written down as it stands. One for each field.",
)
@click.option(
    "--database",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The app's SQLite file: the order is looked for in it, which shows more than a page.",
)
@click.option("--build", default="build-1", show_default=True, help="Which build of the app this is.")
@_env_file
@language_option
def init(
    *,
    url: str,
    out: Path,
    fields: tuple[str, ...],
    database: Path | None,
    build: str,
    env_file: Path,
    lang: Language | None,
) -> int:
    """Look at the app at URL and draft its profile.

    Opens its pages as a visitor does, signs in, orders each product once from the simulator, pays one order,
    and notes what the page or the database says then. Nothing is ordered from a real platform: the app must
    read the simulator's settings.
    """
    language = lang or terminal_language()
    drafted = Drafted(_address(url))
    _refuse_place(out)
    with _levers(env_file) as levers:
        kept = Database(database) if database is not None else None
        drafter = Drafter(drafted.base_url, levers, dict(map(_field, fields)), kept)
        for kind, seen in drafter.look(drafted):
            click.echo(_TEXTS["looked"][kind].filled(seen=seen).spoken(language))
    if not drafted.order_page:
        click.echo(_TEXTS["looked"]["nothing"].spoken(language))
    text = str(ProfileText(drafted, build, language, _from(out, database)))
    write_whole(out, text, private=bool(fields))  # a test account's password may stand in it
    click.echo(_TEXTS["looked"]["drafted"].filled(seen=str(out)).spoken(language))
    return 0


def _address(url: str) -> str:
    try:
        return address(url)
    except ValueError as error:
        raise UsageError(
            f"{url} is no address of an app: it {error}",
            where="URL",
            remedy="leave out what follows the port",
        ) from None


def _refuse_place(out: Path) -> None:
    """Before anything is ordered, so that no draft is lost."""
    if out.exists():
        raise UsageError(
            f"{out} is there already", where="--out", remedy="name another file, or move it away"
        )
    if not os.access(out.parent, os.W_OK):
        raise UsageError(
            f"the draft cannot be written below {out.parent}",
            where="--out",
            remedy="name a folder that is there",
        )


def _field(given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if not sign or not name:
        raise UsageError(
            f"--field {given!r} is no NAME=VALUE", where="--field", remedy="e.g. --field username=li"
        )
    return name, value


def _from(out: Path, database: Path | None) -> Path | None:
    """The database as the profile names it: from where the profile lies."""
    return None if database is None else Path(os.path.relpath(database.resolve(), out.resolve().parent))


def _levers(env_file: Path) -> LeversClient:
    settings = Settings.load(EnvFile.read(env_file), target=EMBEDDED)
    if settings.levers is None:
        raise ConfigurationError(
            "the settings name no levers, so nobody can pay a simulated order",
            where=str(env_file),
            remedy="let `golive simulator --write-env` write the settings file",
        )
    return LeversClient(settings.levers.url, settings.levers.token)
