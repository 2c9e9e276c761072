"""A client of the simulator's levers: pay, move business time, switch faults on, read the books."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self
from urllib.parse import quote, urlsplit

import httpx

from harness.core.bounded_http import BoundedClient
from harness.core.control import Text
from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.core.money import Fen
from harness.core.no_answer import reason_of
from harness.levers.models import (
    MERCHANT_HEADER,
    SCENARIO_HEADER,
    BillChange,
    BillRequest,
    CertificateKind,
    Creation,
    Delivery,
    Door,
    Fault,
    KeyModeName,
    Ledger,
    MerchantCertificate,
    MetFault,
    OrderAudit,
    Payment,
    PlatformKeys,
    RefundAudit,
    RefusedSignature,
    RuleInForce,
)

LIMIT_S = 30.0
"""For one lever and the whole of its answer."""
ADVANCE_LIMIT_S = 120.0
"""A day of business time may hold fifteen callback attempts of up to five seconds each."""
_CONNECT_S = 5.0
_LARGEST = 512 * 1024 * 1024
"""Bytes of an answer: a ledger with all its entries is no small one."""

NO_COUPON = Fen(0)


class LeverRefused(UsageError):
    """The simulator would not pull this lever: unknown order, dead code, foreign payer, bad token.

    Branch on `reason`: `unknown` `expired` `replaced` `closed` `paid` `foreign-payer` `not-paid` `forbidden`
    `invalid` `refund-unknown` `balance-short`.
    """

    def __init__(self, reason: str, message: str, *, where: str) -> None:
        super().__init__(message, where=where, remedy=f"reason {reason!r}: look at the order with audit()")
        self.reason = reason


class LeversClient:
    """Synchronous; one connection pool; close it or use it as a context manager.

    Args:
        url: `GOLIVE_LEVERS_URL`, e.g. `http://127.0.0.1:8765/_golive`.
        token: `GOLIVE_LEVERS_TOKEN`.
        mchid: whose orders, keys and books are meant; None: the first account's.
        in_scenario: whether a scenario holds it: the faults that it adds are part of the rehearsal. Those of
            anybody else are rules of his own, and no run that they fall into is GO.

    Every call raises `EnvironmentUnreachable` when no simulator answers and `LeverRefused` when it refuses.
    """

    def __init__(self, url: str, token: str, *, mchid: str | None = None, in_scenario: bool = False) -> None:
        self._url, self._token, self._in_scenario = url.rstrip("/"), token, in_scenario
        self._http = BoundedClient(
            limit_s=LIMIT_S,
            largest=_LARGEST,
            headers={
                "Authorization": f"Bearer {token}",
                **({MERCHANT_HEADER: mchid} if mchid else {}),
                **({SCENARIO_HEADER: "1"} if in_scenario else {}),
            },
            # Levers are plain http on loopback. An empty trust store spares each client the 30 ms of reading
            # the machine's, and trusts nobody should the address be https after all.
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def platform(self) -> str:
        """Scheme, host and port of the platform whose levers these are."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc}"

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def pay(
        self,
        *,
        out_trade_no: str | None = None,
        code_url: str | None = None,
        openid: str | None = None,
        coupon: Fen = NO_COUPON,
        outcome: Literal["pay", "cancel", "fail"] = "pay",
    ) -> Payment:
        """Act as the payer of an order, named by number or by the code that was scanned.

        Args:
            openid: who pays; default: the order's own payer (JSAPI), else the test payer.
            coupon: what a coupon gives of the amount, in fen.
            outcome: `cancel` and `fail` leave the order unpaid.

        Returns:
            After the first callback attempt has ended, whatever its result.
        """
        body = {
            "out_trade_no": out_trade_no,
            "code_url": code_url,
            "openid": openid,
            "coupon": int(coupon),
            "outcome": outcome,
        }
        return Payment.model_validate(self._call("POST", "/pay", body))

    def advance(self, seconds: float) -> datetime:
        """Move business time forward; returns the new now after every attempt that fell due has ended."""
        answer = self._call("POST", "/advance", {"seconds": seconds}, limit_s=ADVANCE_LIMIT_S)
        return datetime.fromisoformat(answer["now"])

    def audit(self, out_trade_no: str) -> OrderAudit:
        """Everything the platform knows of one order."""
        return OrderAudit.model_validate(self._call("GET", f"/orders/{_segment(out_trade_no)}"))

    def orders(self) -> list[str]:
        """The numbers of all orders, oldest first."""
        return [str(number) for number in self._call("GET", "/orders")["orders"]]

    def creations(self, since: datetime) -> list[Creation]:
        """Every order that was placed, or placed again, since a moment of wire time; oldest first."""
        answer = self._call("GET", f"/creations?since={quote(since.isoformat(), safe='')}")
        return [Creation.model_validate(each) for each in answer["creations"]]

    def ledger(self, *, entries: bool = True) -> Ledger:
        """The double-entry book; without its entries it stays short however long a run goes on."""
        return Ledger.model_validate(self._call("GET", "/ledger" if entries else "/ledger?entries=none"))

    def add_fault(self, fault: Fault) -> list[Text]:
        """Switch a fault on; it counts matching requests from now.

        Returns:
            Why it hits nothing as things stand: what it names that is not there.
        """
        answer = self._call("POST", "/faults", fault.model_dump(mode="json", exclude_defaults=True))
        return [Text.model_validate(each) for each in answer["warnings"]]

    def clear_faults(self) -> None:
        """Switch every fault off."""
        self._call("DELETE", "/faults")

    def faults_met(self) -> list[MetFault]:
        """Every request that a fault has hit since faults were last cleared; oldest first."""
        return [MetFault.model_validate(each) for each in self._call("GET", "/faults")["met"]]

    def refused_signatures(self, last: int = 20) -> list[RefusedSignature]:
        """The last requests that were refused for their signature, of any account, each with the reason why.

        Oldest first; the simulator keeps 200.
        """
        answer = self._call("GET", f"/refused-signatures?last={last}")
        return [RefusedSignature.model_validate(each) for each in answer["refused"]]

    def stand(self, *rules: Fault, source: str = "levers") -> list[Text]:
        """Make these the rules that stay in force, in place of those before; clearing faults leaves them.

        A run against this simulator names them, and is no GO.

        Returns:
            As of a single fault; each says which rule, from one.
        """
        told = [each.model_dump(mode="json", exclude_defaults=True) for each in rules]
        answer = self._call("PUT", "/rules", {"source": source, "rules": told})
        return [Text.model_validate(each) for each in answer["warnings"]]

    def rules(self, *, since: datetime | None = None) -> list[RuleInForce]:
        """What is switched on now; with a moment of wire time, also every standing rule that was since."""
        asked = "" if since is None else f"?since={quote(since.isoformat(), safe='')}"
        return [RuleInForce.model_validate(each) for each in self._call("GET", f"/rules{asked}")["rules"]]

    def keys(self) -> PlatformKeys:
        """The platform's private keys, for forging callbacks in tests."""
        return PlatformKeys.model_validate(self._call("GET", "/keys"))

    def notification(self, out_trade_no: str, *, as_if_paid: bool = False) -> dict[str, object]:
        """The plaintext resource of the payment callback of a paid order (facts 5.3).

        Args:
            as_if_paid: of an order that is not paid, the callback it would get, had its payer just paid it.
        """
        asked = "?as_if=paid" if as_if_paid else ""
        answer = self._call("GET", f"/orders/{_segment(out_trade_no)}/notification{asked}")
        return dict(answer["resource"])

    def redeliver(self, out_trade_no: str) -> Delivery:
        """Deliver the payment callback once more now, outside the ladder; returns when it has ended."""
        return Delivery.model_validate(self._call("POST", f"/orders/{_segment(out_trade_no)}/redeliver"))

    def resend(self, out_trade_no: str) -> Delivery:
        """Make the next attempt of the ladder now, business time or not; returns when it has ended."""
        return Delivery.model_validate(self._call("POST", f"/orders/{_segment(out_trade_no)}/resend"))

    def refund(self, out_refund_no: str) -> RefundAudit:
        """Everything the platform knows of one refund."""
        return RefundAudit.model_validate(self._call("GET", f"/refunds/{_segment(out_refund_no)}"))

    def end_refund(self, out_refund_no: str, status: Literal["SUCCESS", "ABNORMAL", "CLOSED"]) -> RefundAudit:
        """Let a refund that is under way end so now, or an abnormal one succeed.

        Returns:
            After the first attempt to tell the merchant has ended, whatever its result.
        """
        path = f"/refunds/{_segment(out_refund_no)}/end"
        return RefundAudit.model_validate(self._call("POST", path, {"status": status}))

    def refund_notification(self, out_refund_no: str) -> dict[str, object]:
        """The plaintext resource of the callback of a refund, as it stands (facts 5.4)."""
        return dict(self._call("GET", f"/refunds/{_segment(out_refund_no)}/notification")["resource"])

    def redeliver_refund(self, out_refund_no: str) -> Delivery:
        """Deliver the refund's callback once more now, outside the ladder; returns when it has ended."""
        path = f"/refunds/{_segment(out_refund_no)}/redeliver"
        return Delivery.model_validate(self._call("POST", path))

    def resend_refund(self, out_refund_no: str) -> Delivery:
        """Make the next attempt of the refund's ladder now; returns when it has ended."""
        return Delivery.model_validate(self._call("POST", f"/refunds/{_segment(out_refund_no)}/resend"))

    def give_payments_back(self, *, on: bool) -> None:
        """Whether the experience edition gives back, 23 hours on, what is paid from now on."""
        self._call("POST", "/edition-refunds", {"on": on})

    def change_bills(self, change: BillChange) -> None:
        """Let trade bills tell something else from now on; an empty change puts them right again."""
        self._call("POST", "/bills", change.model_dump(mode="json"))

    def bill_requests(self) -> list[BillRequest]:
        """Every application for a trade bill, oldest first."""
        return [BillRequest.model_validate(each) for each in self._call("GET", "/bills")["requests"]]

    def withdraw(self, amount: Fen) -> Fen:
        """Take fen from the merchant account to its owner's bank; a negative amount brings it back.

        Returns:
            What is left to pay refunds from.
        """
        return Fen(self._call("POST", "/withdraw", {"amount": int(amount)})["balance"])

    def of_account(self, mchid: str) -> LeversClient:
        """The levers of the same simulator for another account; to be closed as well."""
        return LeversClient(self._url, self._token, mchid=mchid, in_scenario=self._in_scenario)

    def add_account(
        self, *, notify_url: str, experience: bool = True, key_mode: KeyModeName | None = None
    ) -> dict[str, str]:
        """Open another merchant account; returns the settings of its owner, by variable.

        Args:
            key_mode: by which of its credentials the platform is known to it; None: as to the first account.
        """
        asked = {"notify_url": notify_url, "experience": experience, "key_mode": key_mode}
        answer = self._call("POST", "/accounts", asked)
        return dict(answer["settings"])

    def door(self) -> Door | None:
        """The platform over https; None: this simulator is not served so."""
        told = self._call("GET", "/door")
        return Door.model_validate(told) if told else None

    def show(self, certificate: CertificateKind) -> Door:
        """From now on https has this certificate; whoever was connected has to come again."""
        return Door.model_validate(self._call("POST", "/door", {"certificate": certificate}))

    def apply_for_certificate(self) -> MerchantCertificate:
        """Apply for another API certificate of the merchant account; those that there are go on working.

        An account has at most three that are valid (`invalid`).
        """
        return MerchantCertificate.model_validate(self._call("POST", "/merchant-certificates"))

    def merchant_certificate(self, serial: str) -> MerchantCertificate:
        """One of the account's."""
        return MerchantCertificate.model_validate(self._call("GET", f"/merchant-certificates/{serial}"))

    def revoke_certificate(self, serial: str) -> None:
        """Cancel one: a request that it signs is refused from now on."""
        self._call("POST", f"/merchant-certificates/{serial}/revoke")

    def restore_certificate(self, serial: str) -> None:
        """Take that back, as no portal does: the account is as it was."""
        self._call("POST", f"/merchant-certificates/{serial}/restore")

    def limits_days(self) -> bool:
        """Whether the account is of the experience edition, whose days take no more than ¥1,000."""
        return bool(self._call("GET", "/health")["experience"])

    def health(self) -> bool:
        """Whether a simulator answers here and takes our token."""
        try:
            return bool(self._call("GET", "/health")["ok"])
        except (EnvironmentUnreachable, LeverRefused):
            return False

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        limit_s: float | None = None,
    ) -> Any:
        where, limit_s = f"{method} {self._url}{path}", limit_s or LIMIT_S
        try:
            # Built here: the client would merge addresses, headers and cookies, of which there is one each.
            answer = self._http.send(
                httpx.Request(
                    method,
                    self._url + path,
                    headers=self._http.headers,
                    json=body,
                    extensions={"timeout": httpx.Timeout(limit_s, connect=_CONNECT_S).as_dict()},
                ),
                limit_s=limit_s,
            )
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise EnvironmentUnreachable(
                f"the simulator's levers gave no complete answer within {limit_s:g} s",
                where=where,
                remedy="is GOLIVE_LEVERS_URL the levers address of a `golive simulator`, and is that one "
                "busy?",
            ) from error
        except httpx.HTTPError as error:
            raise EnvironmentUnreachable(
                f"the simulator's levers do not answer: {reason_of(error)}",
                where=where,
                remedy="is `golive simulator` running, and is GOLIVE_LEVERS_URL its levers address?",
            ) from error
        try:
            decoded = answer.json() if answer.content else {}
        except ValueError as error:
            raise EnvironmentUnreachable(
                f"something else than a simulator answered (HTTP {answer.status_code})",
                where=where,
                remedy="check GOLIVE_LEVERS_URL",
            ) from error
        if answer.status_code >= 300:
            said = decoded if isinstance(decoded, dict) else {}
            reason = str(said.get("reason", "forbidden" if answer.status_code in (403, 404) else "invalid"))
            raise LeverRefused(reason, str(said.get("message", f"HTTP {answer.status_code}")), where=where)
        return decoded


def _segment(out_trade_no: str) -> str:
    """An order number as one path segment; `|` and `*` are legal in it."""
    return quote(out_trade_no, safe="")
