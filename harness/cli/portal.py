"""`golive portal`: what has to be set on the portals, step by step, and what is confirmed already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.language import language_option
from harness.core.clock import BEIJING, wire_now
from harness.core.control import Language
from harness.core.errors import UsageError
from harness.core.findings import told_in
from harness.core.terminal_language import terminal_language
from harness.merchant.portal import SETTINGS, Portal

OPEN = 2


@click.command("portal")
@click.option(
    "--papers",
    type=click.Path(path_type=Path),
    default=Path("papers"),
    show_default=True,
    help="Their folder.",
)
@click.option("--confirm", metavar="ID", help="Confirm one of them; --file and --by go with it.")
@click.option("--file", type=click.Path(path_type=Path), help="A picture of the portal's page.")
@click.option("--by", default="", help="Who looked.")
@language_option
@click.pass_context
def command(
    context: click.Context, /, papers: Path, confirm: str | None, lang: Language | None, **chosen: Any
) -> None:
    """List what has to be set on the merchant portals (CFG-14), where, and what to look for.

    What an endpoint can be asked (products permitted, appid bound to the merchant number) a run asks
    by itself.

    \b
    Example:
      $ golive portal
      ✗ h5-domain  Domain of H5 payments: nobody has confirmed it
      $ golive portal --confirm h5-domain --file h5.png --by "portal administrator"

    Exit code: 0 all are confirmed · 2 some are open · 4 bad usage, or a list that is damaged.
    """
    language, today = lang or terminal_language(), wire_now().astimezone(BEIJING).date()
    portal = Portal.read(papers)
    if confirm is not None:
        if chosen["file"] is None:
            raise UsageError(
                "no picture is named", where="--file", remedy="name a picture of the portal's page"
            )
        portal.confirm(confirm, chosen["file"], by=chosen["by"], today=today)
        portal = Portal.read(papers)
    troubles = {each.id: portal.trouble(each.id, today) for each in SETTINGS}
    for each in SETTINGS:
        trouble = troubles[each.id]
        said = f": {told_in(trouble, language)}" if trouble else ""
        click.echo(f"{'✗' if trouble else '✓'} {each.id}  {getattr(each.title, language)}{said}")
        if trouble:
            click.echo(f"    {getattr(each.where, language)}\n    {getattr(each.look, language)}")
    if any(troubles.values()):
        context.exit(OPEN)
