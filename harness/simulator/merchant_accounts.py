"""The merchant accounts of one simulator: each is open on both platforms, and has keys of its own."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.callbacks.callback import Issuer
from harness.core.errors import HarnessError
from harness.simulator.account.identity import Identity
from harness.simulator.account.merchant_certificates import MerchantCertificates
from harness.simulator.kept.keeper import Keeper
from harness.simulator.notifier.news import News
from harness.simulator.platform.platform import Platform
from harness.simulator.wire.kit.wire import Merchant


class MerchantAccounts:
    """Opens accounts, and finds them by what either platform calls them; more may come while it serves.

    Args:
        platform: where they are opened.
        gives_back: whether the experience edition gives payments back by itself, 23 hours on.
    """

    def __init__(self, platform: Platform, *, gives_back: bool) -> None:
        self.merchants: dict[str, Merchant] = {}
        """By mchid, the first one first."""
        self._owners: dict[str, Merchant] = {}
        """By what either platform calls them."""
        self._platform = platform
        self._gives_back = gives_back

    def watched_by(self, *, refunds: News, trades: News, keeper: Keeper | None) -> None:
        """Who hears of what changes in an account; said before the first is opened."""
        self._refunds, self._trades, self._keeper = refunds, trades, keeper

    def open(self, identity: Identity, *, experience: bool) -> Merchant:
        """Open it on both platforms.

        Raises:
            UsageError: one of its numbers is taken.
        """
        account = self._platform.open_account(
            mchid=identity.mchid,
            appids=(identity.appid,),
            test_payer=identity.openid,
            experience=experience,
        )
        of_alipay = self._platform.open_alipay_account(
            seller_id=identity.alipay.seller_id,
            app_id=identity.alipay.app_id,
            test_payer=identity.alipay.buyer_id,
        )
        for each in (account, of_alipay):
            each.refunds.changed = self._refunds.look_again
        of_alipay.ends.changed = self._trades.look_again
        account.refunds.edition.on = self._gives_back
        merchant = Merchant(identity, account, MerchantCertificates(identity), of_alipay)
        if self._keeper is not None:
            account.changes = of_alipay.changes = self._keeper
            merchant.certificates.changed = self._keeper.account
        self.merchants[identity.mchid] = merchant
        self._owners |= {identity.mchid: merchant, identity.alipay.seller_id: merchant}
        if self._keeper is not None:
            self._keeper.account()  # last: it may be written at once, by another thread
        return merchant

    def numbers(self, number: str) -> tuple[str, ...]:
        """What either platform calls the merchant of that number."""
        return self._owners[number].numbers

    def every_number(self) -> list[str]:
        """What either platform calls each merchant."""
        return [number for each in self.merchants.values() for number in each.numbers]

    def amount_of(self, number: str | None, out_trade_no: str) -> int | None:
        """Fen of an order of that account; without one, of the first that has such an order."""
        accounts = self._platform.every_account()
        having = [each for each in accounts if number in (None, each.mchid) and each.has(out_trade_no)]
        return int(having[0].find(out_trade_no).total) if having else None

    def valid_keys(self, mchid: str) -> tuple[RSAPublicKey, ...]:
        """By which its requests may be signed."""
        return self.merchants[mchid].certificates.valid_keys

    def alipay_key(self, seller_id: str) -> RSAPrivateKey:
        """By which Alipay signs what it says to that seller."""
        return self._owners[seller_id].identity.alipay.platform_key

    def issuer(self, number: str) -> Issuer:
        """Who signs a merchant's callbacks, on the platform that calls it so."""
        identity = self._owners[number].identity
        on_alipay = number == identity.alipay.seller_id
        key = identity.private_key(identity.callbacks_by)
        if key is None:
            raise HarnessError("the platform holds no key to sign callbacks with", where="simulator")
        return Issuer(
            identity.callbacks_by,
            key,
            identity.apiv3_key,
            # Alipay's MCP endpoint has no keys of its own: what it sends is signed as its notifies are.
            identity.alipay.platform_key if on_alipay else identity.mcp.platform_key,
            identity.alipay.platform_key if on_alipay else None,
            api_key=identity.api_key,
            appid=identity.appid,
        )
