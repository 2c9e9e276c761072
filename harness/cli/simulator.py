"""`golive simulator`: the payment platform on loopback, for an application to be pointed at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from harness.cli.fault_options import asked_rules, fault_options
from harness.cli.finite_range import FiniteRange
from harness.cli.language import language_option
from harness.cli.platform_options import asked_beside, platform_options
from harness.core.control import Language
from harness.core.terminal_language import terminal_language
from harness.simulator.account.account_modes import AccountModes
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.defects import DEFECTS
from harness.simulator.foreground.foreground import NOTIFY_URL, run_in_foreground
from harness.simulator.practices import FREEZE, LONGEST_EXPIRY, Freeze, OlderRefunds

_DEFECTS = "\b\nDefects, each with the control that must catch it:\n" + "\n".join(
    f"  {defect.id:<30} {defect.control}  {defect.text.en}" for defect in DEFECTS
)


@click.command("simulator", epilog=_DEFECTS)
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
@click.option(
    "--write-env",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every setting your application needs to FILE (mode 600).",
)
@click.option(
    "--write-keys",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write apiclient_key.pem and the portal's other files into DIR.",
)
@click.option("--force", is_flag=True, help="Let --write-env overwrite a file of yours.")
@platform_options
@click.option(
    "--notify-url",
    default=NOTIFY_URL,
    show_default=True,
    metavar="URL",
    help="Your application's callback address, for the settings file.",
)
@click.option(
    "--notify-host",
    multiple=True,
    metavar="HOST",
    help="Another host that may be called. Repeatable.",
)
@click.option(
    "--tls",
    "ca_file",
    metavar="CA_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Serve https, which CA_FILE vouches for, and write no levers.",
)
@click.option(
    "--https",
    "https_ca",
    metavar="CA_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Serve https as well, and write CA_FILE for your application to believe (SEC-13).",
)
@click.option(
    "--https-port",
    default=0,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Of --https; 0: a free one.",
)
@click.option(
    "--defect",
    multiple=True,
    metavar="NAME",
    type=click.Choice([defect.id for defect in DEFECTS]),
    help="Be faulty on purpose. Repeatable.",
)
@click.option(
    "--experience-limits/--no-experience-limits",
    default=True,
    help="The experience edition, ¥100 a payment and ¥1,000 a day; or the formal one.",
)
@click.option(
    "--key-mode",
    default=KeyMode.SWITCHING.value,
    show_default=True,
    type=click.Choice([mode.value for mode in KeyMode]),
    help="What signs answers and callbacks; switching: as a request names it.",
)
@click.option(
    "--certificates",
    default=1,
    show_default=True,
    type=click.IntRange(1, 2),
    help="Platform certificates that may be downloaded.",
)
@click.option(
    "--alipay-mode",
    default="key",
    show_default=True,
    type=click.Choice(["key", "certificate"]),
    help="Of the application on Alipay's platform.",
)
@click.option(
    "--alipay-open-id",
    is_flag=True,
    help="Tell it payers as buyer_open_id.",
)
@click.option(
    "--more-accounts",
    multiple=True,
    metavar="KEY_MODE",
    type=click.Choice([mode.value for mode in KeyMode]),
    help="A further merchant account, written to FILE-2, DIR-2 and so on. Repeatable.",
)
@click.option(
    "--older-refunds",
    multiple=True,
    type=click.Choice([each.value for each in OlderRefunds]),
    help="Refunds as of older documents. Repeatable.",
)
@click.option(
    "--longest-expiry",
    default=str(LONGEST_EXPIRY.days),
    show_default=True,
    type=click.Choice(["7", "15", "90"]),
    help="Most days to a time_expire.",
)
@click.option(
    "--db",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep everything in FILE, keys included: a restart, or a kill -9, loses nothing.",
)
@click.option("--gives-back", is_flag=True, help="Give experience payments back, 23 h on.")
@click.option(
    "--freeze",
    type=(FiniteRange(0.1), FiniteRange(0.2)),
    default=FREEZE,
    show_default=True,
    metavar="SECONDS PERIOD",
    help="Of the defect freezes.",
)
@click.option("--explain-signatures", is_flag=True, help="Answers say why a signature is refused.")
@fault_options
@language_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing.")
def command(
    *,
    port: int,
    write_env: Path | None,
    write_keys: Path | None,
    force: bool,
    as_platform: bool,
    allow: tuple[str, ...],
    notify_url: str,
    notify_host: tuple[str, ...],
    ca_file: Path | None,
    https_ca: Path | None,
    https_port: int,
    defect: tuple[str, ...],
    experience_limits: bool,
    key_mode: str,
    certificates: int,
    alipay_mode: str,
    alipay_open_id: bool,
    more_accounts: tuple[str, ...],
    older_refunds: tuple[str, ...],
    longest_expiry: str,
    db: Path | None,
    gives_back: bool,
    freeze: tuple[float, float],
    explain_signatures: bool,
    faults: tuple[Path, ...],
    fault: tuple[str, ...],
    outage: tuple[str, ...],
    lang: Language | None,
    quiet: bool,
) -> None:
    """Run the payment platform on loopback; point your app at it. Ctrl-C stops it.

    \b
    Example:
      $ golive simulator --write-env .env.simulator
      $ golive shop --env-file .env.simulator       # in another terminal, or your own application

    Modes of accounts, and what older documents say otherwise: docs/simulator.md. Rules by which it goes
    wrong: docs/faults.md.
    """
    run_in_foreground(
        port=port,
        env_file=write_env,
        keys=write_keys,
        force=force,
        beside=asked_beside(
            as_platform,
            allow,
            tls=ca_file is not None,
            language=lang or terminal_language(),
            say=(lambda line: None) if quiet else click.echo,
        ),
        notify_url=notify_url,
        notify_hosts=frozenset(notify_host),
        ca_file=ca_file,
        https_ca=https_ca,
        https_port=https_port,
        defects=defect,
        experience=experience_limits,
        modes=AccountModes(
            key_mode=KeyMode(key_mode),
            certificates=certificates,
            alipay_certified=alipay_mode == "certificate",
            alipay_open_id=alipay_open_id,
        ),
        more_accounts=[KeyMode(each) for each in more_accounts],
        older_refunds=[OlderRefunds(each) for each in older_refunds],
        longest_expiry=timedelta(days=int(longest_expiry)),
        kept_in=db,
        gives_back=gives_back,
        freeze=Freeze(*freeze),
        tells_signatures=explain_signatures,
        rules=asked_rules(faults, fault, outage),
        language=lang or terminal_language(),
        say=(lambda line: None) if quiet else click.echo,
    )
