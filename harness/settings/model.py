"""Typed settings: what the gateways, the shop and the scenarios are given instead of strings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.core.errors import ConfigurationError
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.settings.addresses import ALIPAY_GATEWAY, PLATFORM_URL
from harness.settings.env_file import EnvFile
from harness.settings.numbers import whole_number
from harness.settings.rules import Context, judge
from harness.settings.secrets import secret_texts
from harness.settings.variables import ALIPAY_CERTIFICATES
from harness.signing.alipay import certificate_sn, root_certificate_sn


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatSettings:
    """The classic API v3. Secrets are left out of the repr."""

    appid: str
    mchid: str
    apiv3_key: str = field(repr=False)
    """32 bytes; decrypts callbacks."""
    certificate_serial: str
    """Of the merchant API certificate whose private key signs our requests."""
    private_key: RSAPrivateKey = field(repr=False)
    platform_key_id: str
    """`PUB_KEY_ID_…` or the serial of a platform certificate: names `platform_public_key` on the wire."""
    platform_public_key: RSAPublicKey = field(repr=False)
    notify_url: str
    base_url: str
    """Scheme and host, without a slash at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class McpSettings:
    """A provider's MCP endpoint. Secrets are left out of the repr."""

    enabled: bool
    endpoint: str
    """Without a slash at the end."""
    api_key: str = field(repr=False)
    merchant_id: str
    private_key: RSAPrivateKey = field(repr=False)
    public_key: RSAPublicKey = field(repr=False)
    experience: bool
    timeout_ms: int
    """Of one attempt."""
    retry_count: int
    """Attempts in all."""
    max_amount: Fen | None
    """Of one payment; None: the file sets no limit."""
    daily_limit: Fen | None
    dialect: str | None
    """The id of a row that is not classic; None: ask the endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlipayCertificates:
    """How certificate mode names the three certificates on the wire (facts alipay 1.9)."""

    app_cert_sn: str
    alipay_cert_sn: str
    """Of the certificate whose key verifies; answers must carry it."""
    root_cert_sn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlipaySettings:
    """Alipay's open platform. Secrets are left out of the repr."""

    gateway_url: str
    """The whole address, e.g. `https://openapi.alipay.com/gateway.do`."""
    app_id: str
    seller_id: str
    """Our PID, 2088…: whom the payers' money goes to."""
    private_key: RSAPrivateKey = field(repr=False)
    """应用私钥: signs our requests."""
    public_key: RSAPublicKey = field(repr=False)
    """支付宝公钥: verifies answers and notifies; never our own key's other half."""
    notify_url: str
    return_url: str | None
    """Where a payer's browser comes back to; None: the file names no such page."""
    certificates: AlipayCertificates | None = None
    """None: public-key mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeversSettings:
    """Where the simulator's test API is."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything one `.env` file says, typed. Load it once, at the door."""

    target: str
    wechat: WeChatSettings
    mcp: McpSettings
    levers: LeversSettings | None
    """None unless both `GOLIVE_LEVERS_URL` and `GOLIVE_LEVERS_TOKEN` are set."""
    test_openid: str | None
    secret_texts: tuple[str, ...] = field(repr=False)
    alipay: AlipaySettings | None = None
    """None where the file configures no Alipay, or not all that it needs."""
    alipay_mcp: McpSettings | None = None
    """Alipay's MCP endpoint, with the application's own keys; None where the file names none."""

    def mcp_of(self, provider: Provider) -> McpSettings | None:
        """The MCP endpoint of a provider's payments; None: there is none."""
        return self.alipay_mcp if provider is Provider.ALIPAY else self.mcp

    def secrets(self) -> tuple[str, ...]:
        """Every text that must not land in a record: secret values and each shape of the private keys."""
        return self.secret_texts

    @classmethod
    def load(cls, env: EnvFile, *, target: str = "simulator") -> Settings:
        """Turn a file into settings for a target.

        Findings that leave the values usable (a long wait, a limit its comment contradicts, a variable
        set twice) do not stop it: the configuration controls judge those.

        Raises:
            ConfigurationError: naming every variable that stops it, each with its fix; no secret in it.
            UsageError: `target` is no target.
        """
        context = Context.of(env, target)
        report = judge(context)
        bad = [finding for finding in report.findings if finding.blocks]
        if bad:
            several = f"{len(bad)} settings cannot be used:" if len(bad) > 1 else "a setting cannot be used:"
            raise ConfigurationError(
                f"{several}\n" + "\n".join(finding.sentence() for finding in bad) + "\n",
                where=env.source,
                remedy=f"see them all with: golive config check {env.source} --target {report.target}",
            )
        reader = _Reader(context)
        return cls(
            target=report.target,
            wechat=reader.wechat(),
            mcp=reader.mcp(),
            alipay=reader.alipay() if context.alipay else None,
            alipay_mcp=reader.alipay_mcp() if context.alipay_mcp else None,
            levers=reader.levers(),
            test_openid=reader.optional("GOLIVE_TEST_OPENID"),
            secret_texts=secret_texts(context),
        )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values that the rules have found usable."""

    context: Context

    def text(self, name: str) -> str:
        return self.context.env.values[name]

    def optional(self, name: str) -> str | None:
        line = self.context.usable(name)
        return line.value if line else None

    def number(self, name: str) -> int:
        value = whole_number(self.text(name))
        return 0 if value is None else value  # None cannot be: CFG-05 blocks it

    def limit(self, name: str) -> Fen | None:
        line = self.context.usable(name)
        value = whole_number(line.value) if line else None
        return None if value is None else Fen(value)

    def private_key(self, name: str) -> RSAPrivateKey:
        return self.context.private_key(self.context.env.defining(name)[-1])

    def public_key(self, name: str) -> RSAPublicKey:
        return self.context.public_key(self.context.env.defining(name)[-1])

    def wechat(self) -> WeChatSettings:
        return WeChatSettings(
            appid=self.text("WECHAT_PAY_APP_ID"),
            mchid=self.text("WECHAT_PAY_MCH_ID"),
            apiv3_key=self.text("WECHAT_PAY_APIV3_KEY"),
            certificate_serial=self.text("WECHAT_PAY_CERT_SERIAL"),
            private_key=self.private_key("WECHAT_PAY_PRIVATE_KEY"),
            platform_key_id=self.text("WECHAT_PAY_PUBLIC_KEY_ID"),
            platform_public_key=self.public_key("WECHAT_PAY_PUBLIC_KEY"),
            notify_url=self.text("WECHAT_PAY_NOTIFY_URL"),
            base_url=(self.optional("WECHAT_PAY_BASE_URL") or PLATFORM_URL).rstrip("/"),
        )

    def mcp(self) -> McpSettings:
        return McpSettings(
            enabled=self.text("PAYMENT_MCP_ENABLED") == "true",
            endpoint=self.text("WECHAT_MCP_ENDPOINT").rstrip("/"),
            api_key=self.text("WECHAT_MCP_API_KEY"),
            merchant_id=self.text("WECHAT_MCP_MERCHANT_ID"),
            private_key=self.private_key("WECHAT_MCP_PRIVATE_KEY"),
            public_key=self.public_key("WECHAT_MCP_PUBLIC_KEY"),
            experience=self.text("WECHAT_MCP_EXPERIENCE") == "true",
            timeout_ms=self.number("MCP_TIMEOUT"),
            retry_count=self.number("MCP_RETRY_COUNT"),
            max_amount=self.limit("MCP_MAX_AMOUNT"),
            daily_limit=self.limit("MCP_DAILY_LIMIT"),
            dialect=self.optional("WECHAT_MCP_DIALECT"),
        )

    def alipay_mcp(self) -> McpSettings:
        """The same switch, patience and limits; what a limit is worth is a payment's, whosever it is."""
        alipay = self.alipay()
        return replace(
            self.mcp(),
            endpoint=self.text("ALIPAY_MCP_ENDPOINT").rstrip("/"),
            api_key=self.text("ALIPAY_MCP_API_KEY"),
            merchant_id=self.text("ALIPAY_MCP_MERCHANT_ID"),
            private_key=alipay.private_key,
            public_key=alipay.public_key,
            experience=self.optional("ALIPAY_MCP_EXPERIENCE") == "true",
            dialect=self.optional("ALIPAY_MCP_DIALECT"),
        )

    def alipay(self) -> AlipaySettings:
        gateway = self.context.alipay_gateway()
        certificates, certified_key = self.certificates() if self.context.certificate_mode else (None, None)
        return AlipaySettings(
            gateway_url=gateway.value if gateway else ALIPAY_GATEWAY,
            app_id=self.text("ALIPAY_APP_ID"),
            seller_id=self.text("ALIPAY_SELLER_ID"),
            private_key=self.private_key("ALIPAY_PRIVATE_KEY"),
            # In certificate mode Alipay signs with that certificate's key, whatever else the file holds.
            public_key=certified_key or self.public_key("ALIPAY_PUBLIC_KEY"),
            notify_url=self.text("ALIPAY_NOTIFY_URL"),
            return_url=self.optional("ALIPAY_RETURN_URL"),
            certificates=certificates,
        )

    def certificates(self) -> tuple[AlipayCertificates, RSAPublicKey]:
        own, theirs, roots = (
            self.context.certificates(self.context.env.defining(name)[-1]) for name in ALIPAY_CERTIFICATES
        )
        key = theirs[0].public_key()
        assert isinstance(key, RSAPublicKey)  # noqa: S101 - CFG-03 blocks any other
        names = AlipayCertificates(
            app_cert_sn=certificate_sn(own[0]),
            alipay_cert_sn=certificate_sn(theirs[0]),
            root_cert_sn=root_certificate_sn(roots),
        )
        return names, key

    def levers(self) -> LeversSettings | None:
        url, token = self.optional("GOLIVE_LEVERS_URL"), self.optional("GOLIVE_LEVERS_TOKEN")
        return LeversSettings(url=url.rstrip("/"), token=token) if url and token else None
