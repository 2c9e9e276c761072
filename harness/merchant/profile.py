"""How to drive a merchant: a TOML file, checked as a whole before anything is sent."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, field_validator

from harness.core.control import Model
from harness.core.errors import ConfigurationError
from harness.core.money import Fen

_SHIPPED = Path(__file__).parent / "profiles"
_NOT_THE_APP: dict[str, set[str] | bool] = {
    "dialect": True,
    "credentials": {"password"},
    "other_credentials": {"password"},
    "observer": {"token"},
}

RoutePath = Annotated[str, Field(pattern=r"^/[^\s?#]*$")]
"""An absolute path without a query."""
TestId = Annotated[str, Field(min_length=1)]


class ProfileGap(ConfigurationError):
    """The profile leaves out what a check needs, or names what the app does not have: that proves nothing."""


class Paths(Model):
    """Where the merchant's own routes are."""

    login: RoutePath
    payment: RoutePath
    """The page a shopper pays on."""
    create_order: RoutePath
    query: RoutePath
    confirm: RoutePath
    """What the "I have paid" button calls."""
    notify: RoutePath
    """Where the platform delivers callbacks."""
    sign_in: RoutePath = "/login"
    """The page with the sign-in form."""
    status: RoutePath | None = None
    """GET: what the merchant says of its payment services."""
    mcp_health: RoutePath | None = None
    """GET: which providers answer over MCP."""
    payment_return: RoutePath | None = None
    """The page that the H5 cashier returns to, `?orderId=…` behind it."""
    bridge: RoutePath | None = None
    """What the page tells how WeChat's bridge ended."""


class Credentials(Model):
    """A test account of the merchant."""

    email: str
    password: str = Field(repr=False)


class TestIds(Model):
    """The `data-testid` of each part of the payment page."""

    method_wechat: TestId
    method_alipay: TestId
    type_h5: TestId
    type_qr: TestId
    type_jsapi: TestId
    amount: TestId
    create: TestId
    result: TestId
    indicator: TestId
    experience_warning: TestId
    qr: TestId
    confirm: TestId
    status: TestId
    paid_amount: TestId
    order_number: TestId
    error: TestId
    h5_link: TestId = "payment-h5-link"
    """Leads to the H5 cashier."""
    bridge: TestId = "payment-bridge-button"
    """Opens WeChat's bridge once more."""
    bridge_result: TestId = "payment-bridge-result"
    """What the page says of how the bridge ended."""


class ObserverPaths(Model):
    """Where the merchant shows its own records to the harness."""

    orders: RoutePath
    """GET: all orders; with `/{out_trade_no}` behind it: one."""
    clock: RoutePath | None = None
    """POST `{"seconds": n}`: moves business time, answers when what fell due has been done. None: the app's
    clock cannot be moved, and nothing is judged by a moved one."""
    metrics: RoutePath
    token: str = Field(repr=False)
    """Bearer token of the first two."""


class MerchantProfile(Model):
    """Everything the harness knows of a merchant. Never holds a key of the merchant account."""

    name: str
    base_url: str
    """Scheme, host and port, without a slash at the end."""
    build: str = Field(min_length=1)
    """What the subject's fingerprint is made from."""
    capabilities: frozenset[str]
    price_yuan: Annotated[str, Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,2})?$")] | None = None
    """What every order costs where the shopper names no amount, because the merchant's prices are its own."""
    dialect: str | None = None
    """The wire its orders go over, as it is configured now; None: every one is tried."""
    mcp_recovery_s: float = Field(default=40.0, gt=0, le=600)
    """Business seconds within which a failed MCP side is tried again, as the merchant declares (DEG-06)."""
    paths: Paths
    credentials: Credentials
    other_credentials: Credentials | None = None
    """A second account, for showing that one cannot read the other's order."""
    test_ids: TestIds
    observer: ObserverPaths

    @property
    def own_price(self) -> Fen | None:
        """`price_yuan` in fen."""
        return None if self.price_yuan is None else Fen.from_yuan(self.price_yuan)

    @property
    def fingerprint(self) -> str:
        """The same for the same app only: of all that the profile says but its secrets and the wire.

        Those are changed without the app being another: what it does on one wire and on the next is found by
        two runs of one build. And a secret must not be guessed from a record.
        """
        told = self.model_dump(exclude=_NOT_THE_APP)
        return sha256(json.dumps(told, sort_keys=True, default=sorted).encode()).hexdigest()

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        cleaned = value.rstrip("/")
        scheme, _, rest = cleaned.partition("://")
        if scheme not in ("http", "https") or not rest or any(sign in rest for sign in "/?#@ "):
            raise ValueError("wants scheme, host and perhaps a port, e.g. http://127.0.0.1:3000")
        return cleaned

    def without(self, capabilities: Collection[str]) -> Self:
        """The same merchant, with these capabilities declared away."""
        return self.model_copy(update={"capabilities": self.capabilities - frozenset(capabilities)})

    @classmethod
    def load(
        cls, name_or_path: str, *, base_url: str | None = None, observer_token: str | None = None
    ) -> Self:
        """Read a shipped profile by name, or a file by path.

        Args:
            name_or_path: `shop`, or a path to a TOML file.
            base_url: replaces the file's, e.g. for a shop on a free port.
            observer_token: replaces the file's, which should be empty.

        Raises:
            ConfigurationError: no such file, no TOML, members that are not what they must be, all named; or a
                build that was copied with a shipped profile, whose evidence is not about this app.
        """
        path = _find(name_or_path)
        try:
            members = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(
                f"the merchant profile cannot be read: {error}",
                where=str(path),
                remedy=f"start from a copy of {_SHIPPED / 'shop.toml'}",
            ) from None
        if base_url is not None:
            members["base_url"] = base_url
        observer = members.get("observer")
        if observer_token is not None and isinstance(observer, dict):
            observer["token"] = observer_token
        try:
            profile = cls.model_validate(members)
        except ValidationError as error:
            raise ConfigurationError(
                f"{error.error_count()} members of the merchant profile are not what they must be:\n"
                + "\n".join(f"  {_place(each['loc'])}: {each['msg']}" for each in error.errors())
                + "\n",
                where=str(path),
                remedy="compare with profiles/shop.toml, where every member is explained",
            ) from None
        if path.resolve().parent != _SHIPPED.resolve() and _plain(profile.build) in _shipped_builds():
            raise ConfigurationError(
                f"the build {profile.build!r} is that of a profile that ships, not of your app",
                where=f"build in {path}",
                remedy="write your app's own build there, e.g. its commit id, and change it with every build",
            )
        return profile


@cache
def _shipped_builds() -> frozenset[str]:
    found = (tomllib.loads(path.read_text("utf-8"))["build"] for path in _SHIPPED.glob("*.toml"))
    return frozenset(map(_plain, found))


def _plain(build: str) -> str:
    return build.strip().casefold()


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)


def _find(name_or_path: str) -> Path:
    shipped = _SHIPPED / f"{name_or_path}.toml"
    if name_or_path.isidentifier() and shipped.is_file():
        return shipped
    path = Path(name_or_path)
    if not path.is_file():
        names = ", ".join(sorted(each.stem for each in _SHIPPED.glob("*.toml")))
        raise ConfigurationError(
            f"no merchant profile named {name_or_path!r}",
            where="--merchant",
            remedy=f"use one that ships ({names}) or the path of a TOML file",
        )
    return path
