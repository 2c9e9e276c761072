"""`golive shop`: the reference merchant in the foreground."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.language import language_option
from harness.core.control import Language
from harness.core.terminal_language import terminal_language


@click.command("shop")
@click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="0: a free one.")
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(".env.local"),
    show_default=True,
    help="The merchant account and the endpoint.",
)
@click.option("--defect", "defects", multiple=True, metavar="NAME", help="Be wrong on purpose; repeatable.")
@click.option("--list-defects", is_flag=True, help="Name every deliberate defect and end.")
@click.option(
    "--variant", "variants", multiple=True, metavar="NAME", help="Be right in another way; repeatable."
)
@click.option("--list-variants", is_flag=True, help="Name every variant and end.")
@click.option(
    "--database",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep orders in this SQLite file; without it they are gone at the end.",
)
@language_option
def command(
    *,
    port: int,
    env_file: Path,
    defects: tuple[str, ...],
    list_defects: bool,
    variants: tuple[str, ...],
    list_variants: bool,
    database: Path | None,
    lang: Language | None,
) -> None:
    """Run the reference merchant, correct or with deliberate defects, against a simulator on this machine."""
    from harness.merchant.business_clocks import clock_of_the_platform  # noqa: PLC0415
    from harness.shop.foreground import print_defects, print_variants, run_shop  # noqa: PLC0415 - keeps --help quick

    language = lang or terminal_language()
    if list_defects:
        print_defects(language)
    elif list_variants:
        print_variants(language)
    else:
        run_shop(
            port=port,
            env_file=env_file,
            defects=defects,
            variants=variants,
            database=database,
            language=language,
            clock_of=clock_of_the_platform,
        )
