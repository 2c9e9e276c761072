"""Keys and certificates of both sides, and the door over https that shows one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.core.control import Model

CertificateKind = Literal["trusted", "unknown-authority", "other-host", "expired"]
KeyModeName = Literal["certificate", "switching", "public-key"]
"""By which of its credentials the platform is known to an account."""


class MerchantCertificate(Model):
    """One API certificate of a merchant account, as the portal hands it out."""

    serial: str
    """40 upper-case hex."""
    revoked: bool
    key_pem: str = Field(repr=False)
    """`apiclient_key.pem`"""
    certificate_pem: str
    """`apiclient_cert.pem`"""


class Door(Model):
    """The platform over https. What is counted is counted since the certificate was last exchanged."""

    url: str
    ca_pem: str
    """The authority that is to be believed."""
    certificate: CertificateKind
    """What whoever comes is shown."""
    connections: int
    """How many were begun."""
    spoken: int
    """Over how many of them something was sent: whoever did has believed the certificate."""


class PlatformKeys(Model):
    """What a forger in a test needs of this simulated platform. Exists for simulators only."""

    apiv3_key: str = Field(repr=False)
    serial: str
    """Serial of the platform certificate, 40 upper-case hex."""
    private_key_pem: str = Field(repr=False)
    """Private key of the platform certificate."""
    public_key_id: str
    """`PUB_KEY_ID_…`"""
    public_key_private_pem: str = Field(repr=False)
    """Private half of the WeChat Pay public key."""
    callbacks_by: str
    """Which of the two signs callbacks: its serial or id."""
    mchid: str
    appid: str
    merchant_public_key_pem: str
    """Public half of the merchant's API certificate: what a payer's WeChat verifies `paySign` with."""
    mcp_platform_private_key_pem: str = Field(repr=False)
    """Signs the envelope dialect's answers and notifications."""
    mcp_merchant_id: str
    """The merchant on the MCP endpoint."""
    alipay_platform_private_key_pem: str = Field(default="", repr=False)
    """Signs Alipay's answers and notifies; empty where the merchant has no application there."""
    alipay_app_private_key_pem: str = Field(default="", repr=False)
    """应用私钥 of the merchant's application: signs its requests, and nothing that Alipay says."""

    @property
    def callback_key_pem(self) -> str:
        """The private key that signs callbacks."""
        certified = self.callbacks_by == self.serial
        return self.private_key_pem if certified else self.public_key_private_pem
