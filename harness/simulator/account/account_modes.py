"""How a merchant account is set up on both platforms: what signs, and what payers are called."""

from __future__ import annotations

from dataclasses import dataclass

from harness.simulator.account.alipay_identity import new_alipay_identity
from harness.simulator.account.identity import Identity, new_identity
from harness.simulator.account.key_mode import KeyMode


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountModes:
    """Settings of an account, which the live platforms keep, too."""

    key_mode: KeyMode = KeyMode.SWITCHING
    """By which of its credentials WeChat's platform is known to the merchant."""
    certificates: int = 1
    """WeChat's platform certificates that may be downloaded: two while one takes over from another."""
    alipay_certified: bool = False
    """Whether the application on Alipay's platform is of certificates, or of bare public keys."""
    alipay_open_id: bool = False
    """Whether that application sees payers as `buyer_open_id`, or as `buyer_id`."""

    def identity(self, *, levers_token: str = "") -> Identity:
        """A fresh account of these modes.

        Args:
            levers_token: of a simulator that has accounts already; empty: a new one.
        """
        return new_identity(
            certificates=self.certificates,
            levers_token=levers_token,
            key_mode=self.key_mode,
            alipay=new_alipay_identity(certified=self.alipay_certified, tells_open_id=self.alipay_open_id),
        )


ORDINARY = AccountModes()
"""An account that nobody has asked to be otherwise."""
