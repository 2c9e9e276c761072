"""The shop as a program of its own: what `golive shop` does."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

import click

from harness.core.clock import BusinessClock
from harness.core.control import Language
from harness.core.errors import UnsafeRequest
from harness.core.texts import read_texts
from harness.gateways.safe_address import safe_address
from harness.processes.scratch import scratch
from harness.processes.serving import base_url, listen, serve_until_stopped
from harness.settings.addresses import is_loopback
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.accounts import DEMONSTRATIONS
from harness.shop.app import create_app
from harness.shop.assembly import Shop, build_shop
from harness.shop.defects.registry import DEFECTS
from harness.shop.embedded import ALIPAY_NOTIFY_PATH, NOTIFY_PATH, origins_of
from harness.shop.logs import write_to
from harness.shop.variants.registry import VARIANTS, environment_of

_WORDS = read_texts(Path(__file__).with_suffix(".yaml"))["lines"]
OBSERVER_TOKEN = "GOLIVE_OBSERVER_TOKEN"  # noqa: S105 - a name, not the token
"""Environment variable: the token of the read-only view, where whoever starts the shop chooses it."""


def print_defects(language: Language) -> None:
    """Every defect, the control that must notice it, and what is wrong."""
    for defect in DEFECTS:
        click.echo(f"{defect.id}  ({defect.control})\n    {defect.text.spoken(language)}")


def print_variants(language: Language) -> None:
    """Every variant, and what is other about it."""
    for variant in VARIANTS.values():
        click.echo(f"{variant.id}\n    {variant.text.spoken(language)}")


def run_shop(
    *,
    port: int,
    env_file: Path,
    defects: Collection[str],
    variants: Collection[str] = (),
    database: Path | None,
    language: Language = "en",
    clock_of: Callable[[Settings], BusinessClock] = lambda settings: BusinessClock(),
) -> None:
    """Serve until Ctrl-C or SIGTERM; both end it cleanly.

    Args:
        clock_of: the business clock to begin with.

    Raises:
        ConfigurationError: the file cannot be used; every bad variable is named.
        EnvironmentUnreachable: the port is taken.
        UnsafeRequest: the endpoint is not on this machine.
        UsageError: a defect or a variant that is none.
    """
    given = EnvFile.read(env_file)
    chosen = EnvFile.of({**given.values, **environment_of(variants)}, str(env_file)) if variants else given
    settings = Settings.load(chosen, target="simulator")
    endpoints = {"WECHAT_PAY_BASE_URL": settings.wechat.base_url}
    if settings.mcp.enabled:
        endpoints["WECHAT_MCP_ENDPOINT"] = settings.mcp.endpoint
    if settings.alipay is not None:
        endpoints["ALIPAY_GATEWAY"] = settings.alipay.gateway_url
    for name, address in endpoints.items():
        host = safe_address(address).host
        if not is_loopback(host):
            raise UnsafeRequest(
                f"the reference shop takes no real money, and {host} is not this machine",
                where=name,
                remedy="start `golive simulator --write-env .env.simulator` and use that file",
            )
    with listen(port) as listener, tempfile.TemporaryDirectory(prefix="shop-", dir=scratch()) as folder:
        shop = build_shop(
            settings,
            database=database or Path(folder) / "shop.sqlite3",
            origins=origins_of(listener.getsockname()[1]),
            observer_token=os.environ.get(OBSERVER_TOKEN) or secrets.token_urlsafe(24),
            defects=defects,
            variants=variants,
            clock=clock_of(settings),
        )
        write_to(sys.stderr)
        notify_url = settings.wechat.notify_url
        serve_until_stopped(
            create_app(shop),
            listener,
            ready=lambda: _announce(
                shop,
                base_url(listener),
                notify_url,
                settings.alipay.notify_url if settings.alipay else "",
                defects=defects,
                variants=variants,
                language=language,
            ),
        )
    click.echo(_WORDS["stopped"].spoken(language), err=True)


def _announce(
    shop: Shop,
    address: str,
    notify_url: str,
    alipay_notify_url: str,
    *,
    defects: Collection[str],
    variants: Collection[str],
    language: Language,
) -> None:
    def say(line: str, **values: object) -> None:
        click.echo(_WORDS[line].filled(**values).spoken(language))

    shopper = DEMONSTRATIONS[0]
    say("shop", address=f"{address}/payment")
    say("log_in", email=shopper.email, password=shopper.password)
    say("callback", address=notify_url)
    if alipay_notify_url:
        say("callback", address=alipay_notify_url)
    say("observer", address=f"{address}/golive/orders", token=shop.observer_token)
    say("metrics", address=f"{address}/metrics")
    say("over_mcp" if shop.over_mcp else "classic")
    for name in sorted(set(defects)):
        say("defect", name=name)
    for name in sorted(set(variants)):
        say("variant", name=name)
    if notify_url != address + NOTIFY_PATH:
        say("elsewhere", name="WECHAT_PAY_NOTIFY_URL", address=f"{address}{NOTIFY_PATH}")
    if alipay_notify_url not in ("", address + ALIPAY_NOTIFY_PATH):
        say("elsewhere", name="ALIPAY_NOTIFY_URL", address=f"{address}{ALIPAY_NOTIFY_PATH}")
    say("stop")
