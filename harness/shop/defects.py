"""The shop's deliberate defects: each replaces one practice, and nothing else, when the shop starts.

Every one was met in a real integration; the control named beside it is the one that must notice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from harness.control import Defect, Text
from harness.errors import SignatureInvalid, UsageError
from harness.money import Fen
from harness.payment import Transaction
from harness.shop.crediting import Payment, credit_once
from harness.shop.practices import Headers, Practices, status_of
from harness.shop.records import OPEN, OrderStatus
from harness.shop.store import Store
from harness.signing.wechat_v3 import PROBE_PREFIX, WINDOW_S, Verifier

_REQUIRED = ("wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature", "wechatpay-serial")
_RACE_S = 0.05


def _float_fen(yuan: str) -> Fen:
    """19.90 becomes 1989: the nearest double is a little less, and int() cuts."""
    Fen.from_yuan(yuan)
    return Fen(int(float(yuan) * 100))


def _other_url(code_url: str) -> str:
    return f"{code_url}&from=shop"


def _unknown_is_pending(transaction: Transaction) -> OrderStatus:
    found = status_of(transaction)
    return OrderStatus.PENDING if found is OrderStatus.UNKNOWN else found


def _first(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _unsigned(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Looks at the headers and the time, as if that were a verification."""
    del body
    if any(sum(key.lower() == name for key, _ in headers) != 1 for name in _REQUIRED):
        raise SignatureInvalid("a signature header is missing or repeated")
    if not all(_first(headers, name).strip() for name in _REQUIRED):
        raise SignatureInvalid("a signature header is empty")
    stamp = _first(headers, "wechatpay-timestamp")
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(time.time() - int(stamp)) > WINDOW_S:
        raise SignatureInvalid("the timestamp is off")
    if _first(headers, "wechatpay-serial") not in verifier.keys:
        raise SignatureInvalid("the serial is unknown")
    if _first(headers, "wechatpay-signature").startswith(PROBE_PREFIX):
        raise SignatureInvalid("this is a probe")


def _any_time(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Verifies as of the moment the sender claims, which is always within its own window."""
    stamp = _first(headers, "wechatpay-timestamp")
    claimed = datetime.fromtimestamp(int(stamp), UTC) if re.fullmatch(r"[0-9]{1,10}", stamp) else None
    verifier.verify(headers, body, now=claimed)


def _only_when_signed(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """`if (signature && timestamp && …) verify(…)`: without a header there is nothing to verify."""
    if all(_first(headers, name).strip() for name in _REQUIRED):
        verifier.verify(headers, body)


def _probe_is_fine(headers: Headers) -> bool:
    """Knows the probe by its prefix and is polite to it, which is what the probe is meant to reveal."""
    return _first(headers, "wechatpay-signature").startswith(PROBE_PREFIX)


def _fulfil(store: Store, payment: Payment) -> None:
    with store.writing() as connection:
        connection.execute(
            "UPDATE orders SET status = ?, attention = '', paid_amount = ?, transaction_id = ?, paid_at = ?"
            " WHERE out_trade_no = ?",
            (
                OrderStatus.PAID,
                int(payment.amount),
                payment.transaction_id,
                payment.paid_at,
                payment.out_trade_no,
            ),
        )
        connection.execute(
            "INSERT INTO credits (out_trade_no, amount, source) VALUES (?, ?, ?)",
            (payment.out_trade_no, int(payment.amount), payment.source),
        )


def _every_callback(store: Store, payment: Payment) -> bool:
    """Never asks whether it was done before."""
    if payment.source != "callback":
        return credit_once(store, payment)
    _fulfil(store, payment)
    return True


def _check_then_act(store: Store, payment: Payment) -> bool:
    """Looks, and acts on what it saw: right for one caller, wrong for two at once."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT status FROM orders WHERE out_trade_no = ?", (payment.out_trade_no,)
        ).fetchone()
    if row is None or row["status"] not in OPEN:
        return False
    time.sleep(_RACE_S)  # the round trip to a database that is not in the same process
    _fulfil(store, payment)
    return True


def _acknowledge_only(store: Store, payment: Payment) -> bool:
    """Answers, and leaves the crediting to a job that nobody wrote."""
    return credit_once(store, payment) if payment.source != "callback" else False


def _one_short(total: Fen) -> Fen:
    return total - 1


@dataclass(frozen=True, slots=True)
class _Change:
    defect: Defect
    practice: str
    """The member of `Practices` it replaces."""
    wrong: object
    """What it is replaced by."""


def _change(name: str, control: str, zh: str, en: str, **wrong: object) -> _Change:
    ((practice, way),) = wrong.items()
    return _Change(Defect(id=name, side="shop", control=control, text=Text(zh=zh, en=en)), practice, way)


_CHANGES = (
    _change(
        "qr-draws-other-url",
        "PAY-02",
        "二维码画的不是返回的 code_url。",
        "The QR picture encodes something other than the code_url.",
        draw=_other_url,
    ),
    _change(
        "trusts-frontend-ok",
        "PAY-06",
        "前端说“已支付”就入账。",
        "The shopper's word that it is paid is enough.",
        believes_front_end=True,
    ),
    _change(
        "float-amount",
        "PAY-07",
        "元转分用浮点数，19.90 变成 1989。",
        "Yuan become fen through a float: 19.90 is 1989.",
        fen_from_yuan=_float_fen,
    ),
    _change(
        "new-number-on-retry",
        "PAY-08",
        "同一订单重试时换了新的商户订单号。",
        "The same order, tried again, gets a new out_trade_no.",
        reuses_number=False,
    ),
    _change(
        "time-expire-recomputed",
        "PAY-08",
        "重新下单时重算 time_expire，参数与首次不一致。",
        "time_expire is computed anew on every try, so the parameters differ.",
        keeps_time_expire=False,
    ),
    _change(
        "unknown-state-pending",
        "QRY-01",
        "未知交易状态显示为待支付。",
        "An unknown trade state is shown as pending.",
        status_of=_unknown_is_pending,
    ),
    _change(
        "no-active-query",
        "QRY-02",
        "回调丢失后从不主动查单。",
        "Nobody asks the platform when the callback is lost.",
        queries_unasked=False,
    ),
    _change(
        "acknowledges-without-crediting",
        "CBK-01",
        "回调应答成功，但没有入账。",
        "A genuine callback is answered with success and not credited.",
        credit=_acknowledge_only,
    ),
    _change(
        "slow-callback-work-inline",
        "CBK-01",
        "回调里同步做慢活，超过 5 秒才应答。",
        "Slow work is done before the callback is answered, after more than 5 s.",
        slow_work_first=True,
    ),
    _change(
        "skips-signature",
        "CBK-02",
        "不验证回调签名。",
        "The callback's signature is not verified.",
        verify=_unsigned,
    ),
    _change(
        "acknowledges-probe",
        "CBK-03",
        "对签名探测流量应答成功。",
        "Signature-probing traffic is answered with success.",
        acknowledges_unverified=_probe_is_fine,
    ),
    _change(
        "no-time-window",
        "CBK-04",
        "不检查回调时间戳是否在 300 秒内。",
        "The callback's timestamp may be of any age.",
        verify=_any_time,
    ),
    _change(
        "missing-header-skips-verification",
        "CBK-06",
        "缺少签名头时跳过验签。",
        "A callback without a signature header is not verified.",
        verify=_only_when_signed,
    ),
    _change(
        "credits-every-callback",
        "CBK-11",
        "每收到一次回调就入账一次。",
        "Every callback credits once more.",
        credit=_every_callback,
    ),
    _change(
        "check-then-act",
        "CBK-11",
        "先查状态再更新，并发回调会重复入账。",
        "Looks first and acts later: callbacks at once credit more than once.",
        credit=_check_then_act,
    ),
    _change(
        "books-one-fen-short",
        "RCN-03",
        "入账少一分钱。",
        "The books say one fen less than came in.",
        book=_one_short,
    ),
)

DEFECTS: tuple[Defect, ...] = tuple(change.defect for change in _CHANGES)
"""What `--defect` may name."""


def practices_with(names: Collection[str]) -> Practices:
    """The right practices, worsened by the named defects.

    Raises:
        UsageError: a name that is none, or two that change the same practice.
    """
    known = {change.defect.id: change for change in _CHANGES}
    strangers = sorted(set(names) - known.keys())
    if strangers:
        raise UsageError(
            f"no such defect: {', '.join(strangers)}",
            where="--defect",
            remedy="golive shop --list-defects names them all",
        )
    changes = [known[name] for name in sorted(set(names))]
    wrong = {change.practice: change.wrong for change in changes}
    if len(wrong) < len(changes):
        raise UsageError(
            f"these defects exclude each other: {', '.join(change.defect.id for change in changes)}",
            where="--defect",
            remedy="run them one after another: they are wrong in the same place",
        )
    return replace(Practices(), **wrong)  # type: ignore[arg-type]
