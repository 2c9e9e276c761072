"""What must be there before the first scenario starts; each lack is one error with its remedy."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import httpx

from harness.browser.launch import find_browser
from harness.core.bounded_http import BoundedClient
from harness.core.errors import (
    ConfigurationError,
    EnvironmentUnreachable,
    TargetFailure,
    UnknownOutcome,
    UnsafeRequest,
    UsageError,
)
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.merchant.trial import orders_taken
from harness.plugin.options import EMBEDDED, OUR_SHOP, Options
from harness.plugin.target.policy import TargetPolicy
from harness.settings.addresses import is_loopback
from harness.settings.model import Settings

PATIENCE_S = 5.0


def preflight(options: Options, policy: TargetPolicy, *, needs_browser: bool, needs_merchant: bool) -> None:
    """Return when a rehearsal can start under this policy.

    Raises:
        UsageError: the merchant cannot know the endpoint; or threads are none any more.
        ConfigurationError: target and settings name two endpoints, or the merchant's price is too high.
        UnsafeRequest: a target that is to be played is not on this machine.
        EnvironmentUnreachable: endpoint or merchant does not answer, or there is no browser.
    """
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and monkey.is_module_patched("threading"):
        raise UsageError(
            "gevent has replaced the threads of this process, and servers and browsers cannot run in it",
            where="import locust, or gevent.monkey",
            remedy="run scenarios in a pytest of their own; where a plugin imports it, add -p no:NAME",
        )
    if options.merchant != OUR_SHOP and options.env_file is None:
        raise UsageError(
            "your own app cannot know the embedded simulator's address",
            where="--merchant",
            remedy="start `golive simulator --write-env .env.simulator`, point the app at it, then run "
            "with --target http://127.0.0.1:8765 --env-file .env.simulator",
        )
    if policy.played and policy.settings is not None:
        _endpoint(options, policy.settings)
    if needs_merchant and options.merchant != OUR_SHOP:
        profile = MerchantProfile.load(options.merchant)
        if policy.played and policy.settings is not None:
            refuse_price(profile, policy.settings.mcp.max_amount if policy.experience else None)
        _merchant(profile, policy)
    if needs_browser:
        find_browser(windows=options.headed)


def refuse_price(profile: MerchantProfile, limit: Fen | None) -> None:
    """Return when an app whose prices are its own can sell at this endpoint at all.

    Raises:
        ConfigurationError: every order costs more than the endpoint takes, and would be the app's failure.
    """
    price = profile.own_price
    if price is not None and limit is not None and price > limit:
        raise ConfigurationError(
            f"every order costs ¥{price.yuan}, and this endpoint takes ¥{limit.yuan} at the most, as the "
            "experience edition does",
            where=f"price_yuan in the profile of {profile.name}, MCP_MAX_AMOUNT",
            remedy=f"sell something of at most ¥{limit.yuan} in the rehearsal, and write its price there",
        )


def _endpoint(options: Options, settings: Settings) -> None:
    base_url = settings.wechat.base_url
    if options.target != EMBEDDED and urlsplit(options.target).netloc != urlsplit(base_url).netloc:
        raise ConfigurationError(
            f"the target {options.target} and WECHAT_PAY_BASE_URL={base_url} name two endpoints",
            where=str(options.env_file),
            remedy="pass the settings file that this simulator wrote",
        )
    if not is_loopback(urlsplit(base_url).hostname or ""):
        raise UnsafeRequest(
            f"{base_url} is not on this machine, and a rehearsal pays, closes and breaks orders",
            where="WECHAT_PAY_BASE_URL",
            remedy="rehearse against `golive simulator` on loopback",
        )
    try:
        with BoundedClient(limit_s=PATIENCE_S, trust_env=False) as client:
            client.get(base_url)
    except httpx.HTTPError as error:
        raise EnvironmentUnreachable(
            f"no simulator answers at {base_url} ({type(error).__name__})",
            where="WECHAT_PAY_BASE_URL",
            remedy="start it: golive simulator --write-env " + str(options.env_file),
        ) from error


def _merchant(profile: MerchantProfile, policy: TargetPolicy) -> None:
    if profile.observer.orders is None:
        played = policy.settings.levers if policy.settings is not None else None
        if played is not None:
            with LeversClient(played.url, played.token) as levers:
                orders_taken(profile, levers)
        return
    with Observer(profile) as observer:
        try:
            observer.orders()
        except UnknownOutcome as error:
            raise EnvironmentUnreachable(error.what, where=error.where, remedy=error.remedy) from error
        except TargetFailure as error:
            raise ConfigurationError(
                f"the merchant does not show its own records: {error.what}",
                where=f"observer in the profile of {profile.name}",
                remedy="check observer.orders and observer.token (docs/merchants.md)",
            ) from error
