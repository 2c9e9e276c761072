"""How to drive a merchant: a TOML file, checked as a whole before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from harness.core import dialects as table
from harness.core.control import Model
from harness.core.errors import ConfigurationError
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.merchant.gap import ProfileGap, place
from harness.merchant.https import Https, address
from harness.merchant.logs import Logs
from harness.merchant.own_routes import Credentials, Paths, TestIds
from harness.merchant.profile_file import ProfileFile, is_shipped_build
from harness.merchant.rungs.crashes import ProcessCommands, StoreCommands
from harness.merchant.rungs.described import (
    AppRequest,
    CardRequest,
    JobRequest,
    KeyRequest,
    KeyRotation,
    OrderRequest,
    OrderTriggers,
    Reconciled,
    ReconcileRequest,
    RefundRequest,
    SignIn,
    TimeRequest,
    Trigger,
    secrets_of,
)
from harness.merchant.rungs.figures import Alerts, Metrics
from harness.merchant.rungs.observed import Observed

_OF_A_SHOPPER = {"fields": True, "headers": True, "cookies": True}
_NOT_THE_APP: dict[str, Any] = {
    "dialect": True,
    "credentials": {"password"},
    "other_credentials": {"password"},
    "observer": {"token"},
    "sign_in": {**_OF_A_SHOPPER, "other": _OF_A_SHOPPER},
    "time": {"headers"},
    "query_job": {"headers"},
    "key_rotation": {"headers"},
    "reconciliation": {"headers"},
    "metrics": {"headers"},
}
_CHOSEN_BY_THE_SHOPPER = {"amount_yuan", "amount_fen"}

Yuan = Annotated[str, Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,2})?$")]


class MerchantProfile(Model):
    """Everything the harness knows of a merchant. Never holds a key of the merchant account.

    What the platform sees (numbers, amounts, where callbacks go) is not asked for. Every table may be left
    out: what rests on it is then inconclusive, and says which line would tell.
    """

    name: str = "app"
    base_url: str
    """Scheme, host and port, without a slash at the end."""
    build: str = Field(min_length=1)
    """What the subject's fingerprint is made from."""
    capabilities: frozenset[str]
    price_yuan: Yuan | None = None
    """What every order costs where the shopper names no amount, because the merchant's prices are its own."""
    products: dict[str, Yuan] = Field(default_factory=dict)
    """The price of each product that `{product}` may stand for."""
    priced_goods: dict[str, Yuan] = Field(default_factory=dict)
    """Goods with a price of their own, of a merchant that lets name an amount for others (our JSON)."""
    dialect: str | None = None
    """The wire its orders go over, as it is configured now; None: every one is tried."""
    mcp_recovery_s: float = Field(default=40.0, gt=0, le=600)
    """Business seconds within which a failed MCP side is tried again, as the merchant declares (DEG-06)."""
    answers_within_s: float = Field(default=15.0, ge=1, le=15)
    """Seconds within which a shopper who orders is answered, however slow the platform is (DEG-03)."""
    paths: Paths = Paths()
    credentials: Credentials = Credentials()
    other_credentials: Credentials | None = None
    """A second account, for showing that one cannot read the other's order."""
    test_ids: TestIds = TestIds()
    sign_in: SignIn | None = None
    """None: with `credentials` by our JSON, or not at all."""
    order: OrderTriggers = OrderTriggers()
    confirm: OrderRequest | None = None
    """What the "I have paid" button of an order sends."""
    close: OrderRequest | None = None
    """What the "cancel" button of an order sends."""
    refund: RefundRequest | None = None
    """What gives an order back, or a part of it."""
    card_refund: CardRequest | None = None
    """What sends a refund that found no way to its payer to a card of theirs."""
    observer: Observed = Observed()
    time: TimeRequest | None = None
    """Moves the app's business clock; None: by `observer.clock`, or not at all."""
    query_job: JobRequest | None = None
    """Makes the app ask the platform about its open orders now, as its schedule would."""
    key_rotation: KeyRequest | None = None
    """Gives the app a new API certificate; None: by `observer.key`, or not at all."""
    reconciliation: Reconciled | None = None
    """Makes it compare a day's bill with its books; None: by `observer.reconciliation`, or not at all."""
    logs: Logs | None = None
    https: Https = Https()
    """How shoppers reach it over https, where base_url does not say."""
    metrics: Metrics | None = None
    """Its figures for those who watch it; None: none of them is judged."""
    alerts: Alerts | None = None
    process: ProcessCommands | None = None
    store: StoreCommands | None = None
    _lines: dict[str, int] = PrivateAttr(default_factory=dict)
    _folder: Path = PrivateAttr(default=Path())

    @property
    def own_prices(self) -> dict[str, Fen]:
        """What an order costs by product where the shopper names no amount; empty: the shopper names it."""
        if self.price_yuan is not None:
            return {"": Fen.from_yuan(self.price_yuan)}
        return {name: Fen.from_yuan(yuan) for name, yuan in self.products.items()}

    @property
    def own_price(self) -> Fen | None:
        """What an order costs at most where the shopper names no amount; None: the shopper names it."""
        return max(self.own_prices.values(), default=None)

    def price_of(self, amount: Fen) -> Fen:
        """What is asked for where a scenario wants this amount: the price of one of the app's products."""
        prices = list(self.own_prices.values())
        return prices[amount % len(prices)] if prices else amount

    @property
    def names_orders(self) -> bool:
        """Whether the shopper's side names the purchase, so that the same order can be asked for again."""
        return self.order.qr is None or "order_id" in self.order.qr.placeholders

    @property
    def lets_refund(self) -> bool:
        """Whether the profile says how an order is given back."""
        return self.refund is not None or self.paths.refund is not None

    @property
    def lets_refund_to_card(self) -> bool:
        """Whether a refund that found no way back can be sent to a card, by what the profile says."""
        return self.card_refund is not None or self.paths.card_refund is not None

    @property
    def lets_close(self) -> bool:
        """Whether a shopper cancels an order that is not paid, by what the profile says."""
        return self.close is not None or self.paths.close is not None

    @property
    def lets_name_amounts(self) -> bool:
        """Whether a person names what any order costs, as for a gift."""
        return not self.own_prices and not self.priced_goods

    def product_of(self, amount: Fen | None) -> str:
        """The product that costs this; empty where none has a name of its own."""
        return next((name for name, price in self.own_prices.items() if price == amount), "")

    @property
    def clock(self) -> AppRequest | None:
        """How its business clock is moved; None: it cannot be, and nothing is judged by a moved one."""
        if self.time is not None or self.observer.clock is None:
            return self.time
        return AppRequest(
            request=" ".join(("POST", self.observer.clock)),
            json={"seconds": "{seconds}"},
            headers={"Authorization": f"Bearer {self.observer.token}"},
        )

    @property
    def rotation(self) -> KeyRotation | None:
        """How it is given another API certificate; None: it cannot be, and SEC-10 is not tested."""
        if self.key_rotation is not None or self.observer.key is None:
            return self.key_rotation
        return KeyRotation(
            request=" ".join(("POST", self.observer.key)),
            json={"keyFile": "{key_file}", "serial": "{serial}"},
            headers={"Authorization": f"Bearer {self.observer.token}"},
        )

    @property
    def reconciling(self) -> ReconcileRequest | None:
        """How it compares a day's bill with its books; None: nobody can make it, and see what it finds."""
        path = self.observer.reconciliation
        if self.reconciliation is not None or path is None:
            return self.reconciliation
        return ReconcileRequest(
            request=" ".join(("POST", path)),
            json={"date": "{date}"},
            headers={"Authorization": f"Bearer {self.observer.token}"},
            shown=" ".join(("GET", path + "?date={date}")),
            done="done",
            differences="differences[].number",
        )

    @property
    def lines(self) -> dict[str, int]:
        """On which line of its file each member stands."""
        return self._lines

    @property
    def folder(self) -> Path:
        """Where its file lies."""
        return self._folder

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written down."""
        mine = (*self.sign_in.secrets, *self.sign_in.kept_cookies(self._folder)) if self.sign_in else ()
        tables: list[tuple[str, AppRequest | None]] = [
            *((f"order.{kind}", trigger) for kind, trigger in self.order),
            *(("confirm", self.confirm), ("close", self.close), ("refund", self.refund)),
            ("card_refund", self.card_refund),
            *(("time", self.time), ("query_job", self.query_job), ("key_rotation", self.key_rotation)),
            ("reconciliation", self.reconciliation),
        ]
        watched = secrets_of(self.metrics.headers, "metrics.headers") if self.metrics else ()
        sent = [each for name, asked in tables if asked for each in secrets_of(asked.headers, name)]
        return tuple(
            each for each in (self.observer.token, self.credentials.password, *mine, *sent, *watched) if each
        )

    def trigger(self, payment_type: str) -> Trigger | None:
        """How an order of that kind is made; None: by our JSON.

        Raises:
            ProfileGap: not at all.
        """
        given: Trigger | None = getattr(self.order, payment_type, None)
        if given is None and self.paths.create_order is None:
            raise self.gap(f"order.{payment_type}", "how such an order is made")
        return given

    def gap(self, name: str, what: str) -> ProfileGap:
        """The error for a table that is left out."""
        return ProfileGap(
            f"the merchant profile leaves out [{name}], {what}, and this check rests on it",
            where="--merchant",
            remedy=f"add [{name}] (docs/merchants.md)",
        )

    @model_validator(mode="after")
    def _names_one_clock(self) -> Self:
        if self.time is not None and self.observer.clock is not None:
            raise ValueError("[time] and observer.clock both move the clock: leave one of them out")
        return self

    @model_validator(mode="after")
    def _names_prices(self) -> Self:
        for kind, trigger in self.order:
            # A file is read once its folder is known; what a conftest.py does with an amount is its own.
            if trigger is None or trigger.fixture or isinstance(trigger.steps, str):
                continue
            self._check_prices(kind, trigger)
        return self

    def _read_files(self) -> None:
        """Of steps.

        Raises:
            ConfigurationError: they cannot be played by what the profile says.
        """
        for kind, trigger in self.order:
            if trigger is not None and isinstance(trigger.steps, str):
                where = place(self._lines, f"order.{kind}.steps")
                trigger.read_steps(self._folder, where)
                try:
                    self._check_prices(kind, trigger)
                except ValueError as error:
                    raise ConfigurationError(str(error), where=where) from None

    def _check_prices(self, kind: str, trigger: Trigger) -> None:
        if "product" in trigger.placeholders and not self.products:
            raise ValueError(f'order.{kind} names {{product}}: add [products], e.g. tea = "88.00"')
        if not self.own_prices and not trigger.placeholders & _CHOSEN_BY_THE_SHOPPER:
            raise ValueError(
                f'order.{kind} names no amount: write what an order costs, e.g. price_yuan = "88.00", '
                "or put {amount_yuan} or {amount_fen} where the shopper chooses it"
            )

    @property
    def provider(self) -> Provider:
        """Whose money its orders move: that of the wire it speaks."""
        return table.dialect(self.dialect).provider if self.dialect else Provider.WECHAT

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
        return address(value)

    def on(self, dialect: str) -> Self:
        """The same merchant, rehearsed on this wire: its shopper pays over that wire's provider."""
        return self.model_copy(update={"dialect": dialect})

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
        file = ProfileFile.read(name_or_path)
        members = file.members
        if base_url is not None:
            members["base_url"] = base_url
        observer = members.get("observer")
        if observer_token is not None and isinstance(observer, dict):
            observer["token"] = observer_token
        try:
            profile = cls.model_validate(members)
        except ValidationError as error:
            raise file.refused(cls, error) from None
        profile._lines, profile._folder = file.lines, file.path.resolve().parent
        profile._read_files()
        if not file.ships and is_shipped_build(profile.build):
            raise ConfigurationError(
                f"the build {profile.build!r} is that of a profile that ships, not of your app",
                where=f"build in {file.path}",
                remedy="write your app's own build there, e.g. its commit id, and change it with every build",
            )
        return profile
