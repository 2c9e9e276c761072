"""A shop's desk for Alipay's notifies: its orders and its receiver, and Alipay's key to sign with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.callbacks.alipay.attacks.editing import strange
from harness.callbacks.alipay.genuine import build, payment_members
from harness.callbacks.callback import Callback, Issuer
from harness.core.clock import wire_now
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.assembly import Shop, build_shop
from harness.shop.callbacks.receiver import CallbackReceiver
from harness.shop.callbacks.replies import Reply
from harness.shop.order_record import OrderRecord
from harness.shop.payment_choices import PaymentType
from harness.shop.practices import Practices
from harness.signing import keys

APP_ID = "9021000199990001"
SELLER_ID = "2088999900000013"
TAKEN = (200, b"success")


@cache
def alipay_key() -> RSAPrivateKey:
    """Alipay's own."""
    return keys.generate()


@cache
def app_key() -> RSAPrivateKey:
    """The merchant's application's own."""
    return keys.generate()


@cache
def wechat_alone() -> Mapping[str, str]:
    """The settings of a merchant that is not set up for Alipay. Nobody is asked anything."""
    own, platform = keys.generate(), keys.generate()
    return {
        "PAYMENT_MCP_ENABLED": "false",
        "WECHAT_MCP_ENDPOINT": "http://127.0.0.1:8765/mcp/v1",
        "WECHAT_MCP_API_KEY": "mcpkey-7f3a9c51e2d84b60a1f7c93d5e08b246",
        "WECHAT_MCP_MERCHANT_ID": "1900007291",
        "WECHAT_MCP_PRIVATE_KEY": keys.bare_private(own),
        "WECHAT_MCP_PUBLIC_KEY": keys.bare_public(platform.public_key()),
        "WECHAT_MCP_EXPERIENCE": "true",
        "WECHAT_PAY_APP_ID": "wx8888888888888888",
        "WECHAT_PAY_MCH_ID": "1900007291",
        "WECHAT_PAY_API_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "WECHAT_PAY_SANDBOX": "true",
        "WECHAT_PAY_APIV3_KEY": "A9b8C7d6E5f4G3h2I1j0K9l8M7n6O5p4",
        "WECHAT_PAY_CERT_SERIAL": "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
        "WECHAT_PAY_PRIVATE_KEY": keys.bare_private(own),
        "WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_0119000072912024101500",
        "WECHAT_PAY_PUBLIC_KEY": keys.bare_public(platform.public_key()),
        "WECHAT_PAY_NOTIFY_URL": "http://127.0.0.1:3000/api/payment/notify/wechat",
        "WECHAT_PAY_BASE_URL": "http://127.0.0.1:8765",
        "MCP_EXPERIENCE_MODE": "true",
        "MCP_TIMEOUT": "15000",
        "MCP_RETRY_COUNT": "3",
        "MCP_MAX_AMOUNT": "10000",
        "MCP_DAILY_LIMIT": "100000",
    }


@cache
def with_alipay() -> Mapping[str, str]:
    """The settings of one that is."""
    return {
        **wechat_alone(),
        "ALIPAY_GATEWAY": "http://127.0.0.1:8765/gateway.do",
        "ALIPAY_APP_ID": APP_ID,
        "ALIPAY_SELLER_ID": SELLER_ID,
        "ALIPAY_PRIVATE_KEY": keys.bare_private(app_key()),
        "ALIPAY_PUBLIC_KEY": keys.bare_public(alipay_key().public_key()),
        "ALIPAY_NOTIFY_URL": "http://127.0.0.1:3000/api/payment/notify/alipay",
    }


@dataclass
class Desk:
    """Orders to be paid, and what becomes of a notify of one."""

    shop: Shop
    receiver: CallbackReceiver
    issuer: Issuer
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def order(self, total: Fen = Fen(1990)) -> str:  # noqa: B008 - an integer
        """A fresh order that nobody paid."""
        number = f"GL20261105{next(self.numbers):06d}"
        now = wire_now().replace(microsecond=0)
        made = OrderRecord(
            out_trade_no=number,
            account="",
            order_id=number,
            generation=0,
            goods="island",
            description="海岛一日游",
            amount=total,
            provider=Provider.ALIPAY,
            kind=PaymentType.QR,
            time_expire=now,
            created=now,
        )
        self.shop.book.latest_or_new("", number, reusable=lambda record: False, make=lambda generation: made)
        return number

    def resource(self, number: str) -> dict[str, str]:
        """What the gateway would tell of it once it is paid."""
        record = self.shop.book.get(number)
        assert record is not None
        return payment_members(
            app_id=APP_ID,
            seller_id=SELLER_ID,
            out_trade_no=number,
            trade_no=f"202611052200140421{number[-10:]}",
            total=record.amount,
            buyer_id="2088999900004217",
            subject=record.description,
            created=record.created,
            paid=wire_now(),
        )

    def genuine(self, number: str) -> Callback:
        """Alipay's own notify that it is paid."""
        return build(self.issuer, self.resource(number))

    def receive(self, callback: Callback) -> Reply:
        """What the shop answers."""
        return self.receiver.receive(callback.headers, callback.body)

    def takes(self, callback: Callback) -> bool:
        """Whether Alipay would stop sending it."""
        reply = self.receive(callback)
        return (reply.status, reply.body) == TAKEN

    def standing(self, number: str) -> tuple[str, int, int]:
        """How the order is kept: status, how often fulfilled, how many fen."""
        record = self.shop.book.get(number)
        assert record is not None
        return (record.status, record.credits, int(record.paid_amount))

    @property
    def stranger(self) -> Issuer:
        """Whoever signs with a key of his own."""
        return strange(self.issuer)


@contextmanager
def desk(practices: Practices) -> Iterator[Desk]:
    """A desk of these practices; nothing of it is served."""
    settings = Settings.load(EnvFile.of(dict(with_alipay())))
    with tempfile.TemporaryDirectory(prefix="desk-") as folder:
        shop = build_shop(
            settings,
            database=Path(folder) / "shop.sqlite3",
            origins=("http://127.0.0.1:3000",),
            observer_token="observer",
        )
        receiver = CallbackReceiver(
            settings=settings,
            settlement=replace(shop.settlement, practices=practices),
            refunds=shop.refunds,
            practices=practices,
            metrics=shop.metrics,
            log=shop.log,
        )
        key = alipay_key()
        issuer = Issuer("", key, "k" * 32, key, alipay_private_key=key, alipay_app_key=app_key())
        yield Desk(shop, receiver, issuer)
