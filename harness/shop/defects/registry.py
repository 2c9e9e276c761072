"""The shop's deliberate defects: each replaces one practice, and nothing else, when the shop starts.

Every one was met in a real integration; the control named beside it is the one that must notice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from harness.core.control import Defect, Text
from harness.core.errors import UsageError
from harness.shop.defects import callbacks, crediting, gateways, orders
from harness.shop.practices import Practices


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
        draw=orders.other_url,
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
        fen_from_yuan=orders.float_fen,
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
        time_expire=orders.recomputed,
    ),
    _change(
        "h5-return-assumes-paid",
        "PAY-01",
        "从 H5 收银台返回就当作已支付。",
        "Coming back from the H5 cashier counts as having paid.",
        believes_return=True,
    ),
    _change(
        "h5-drops-referrer",
        "PAY-01",
        "页面的 Referrer-Policy 为 no-referrer，H5 收银台看不到来源。",
        "The page sends no Referer, so the H5 cashier refuses its shoppers.",
        referrer_policy="no-referrer",
    ),
    _change(
        "jsapi-wrong-fourth-line",
        "PAY-03",
        "JSAPI 的 paySign 第四行缺少 prepay_id= 前缀。",
        "The fourth line under the bridge's paySign lacks prepay_id=.",
        bridge_parameters=orders.bare_fourth_line,
    ),
    _change(
        "bridge-ok-is-paid",
        "PAY-03",
        "微信桥返回 ok 就入账。",
        "The bridge's ok is enough to credit.",
        believes_bridge=True,
    ),
    _change(
        "says-mcp-but-classic",
        "PAY-12",
        "走的是传统接口，却声称通过 MCP 下单。",
        "Orders go over the classic API and are said to go over MCP.",
        gateway=gateways.claims_mcp,
    ),
    _change(
        "status-always-true",
        "PAY-13",
        "服务状态永远报告正常。",
        "The service status says that all is well, whatever is.",
        service_status=orders.all_is_well,
    ),
    _change(
        "same-way-for-every-browser",
        "PAY-14",
        "不分浏览器，所有支付方式都展示。",
        "Every browser is offered every way to pay.",
        choices_for=orders.same_for_all,
    ),
    _change(
        "mini-program-package-bare",
        "PAY-15",
        "小程序的 package 只有 prepay_id 的值，没有前缀。",
        "The Mini-program's package is the bare id, without prepay_id=.",
        for_mini_program=orders.bare_package,
    ),
    _change(
        "no-time-expire",
        "PAY-16",
        "下单不带 time_expire。",
        "Orders carry no time_expire.",
        time_expire=orders.never,
    ),
    _change(
        "no-fallback",
        "DEG-01",
        "MCP 出错时不降级到传统接口。",
        "When MCP fails, nobody turns to the classic API.",
        gateway=gateways.without_fallback,
    ),
    _change(
        "fallback-with-new-number",
        "DEG-02",
        "MCP 失败后换新订单号走传统接口。",
        "After MCP failed, the classic API is given a new number without asking.",
        gateway=gateways.new_number_on_fallback,
    ),
    _change(
        "mcp-given-up-for-good",
        "DEG-06",
        "MCP 失败一次后永远不再使用。",
        "MCP that failed once is never tried again.",
        gateway=gateways.never_tries_again,
    ),
    _change(
        "mcp-flag-ignored",
        "DEG-08",
        "PAYMENT_MCP_ENABLED=false 仍然走 MCP。",
        "MCP is used although PAYMENT_MCP_ENABLED=false.",
        gateway=gateways.ignores_switch,
    ),
    _change(
        "experience-limit-unchecked",
        "EXP-01",
        "页面不检查体验版单笔限额。",
        "An amount over the experience edition's limit is not refused as such.",
        minds_limit=False,
    ),
    _change(
        "no-experience-warning",
        "EXP-04",
        "页面不提示体验版与24小时退款。",
        "The page does not say that this is the experience edition.",
        warns_of_experience=False,
    ),
    _change(
        "envelope-notify-unsigned-accepted",
        "CBK-17",
        "信封回调缺少签名时照样接受。",
        "An envelope's notify without a signature is believed.",
        verify_envelope=callbacks.only_when_envelope_signed,
    ),
    _change(
        "unknown-state-pending",
        "QRY-01",
        "未知交易状态显示为待支付。",
        "An unknown trade state is shown as pending.",
        status_of=orders.unknown_is_pending,
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
        credit=crediting.acknowledge_only,
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
        verify=callbacks.unsigned,
    ),
    _change(
        "acknowledges-probe",
        "CBK-03",
        "对签名探测流量应答成功。",
        "Signature-probing traffic is answered with success.",
        acknowledges_unverified=callbacks.probe_is_fine,
    ),
    _change(
        "no-time-window",
        "CBK-04",
        "不检查回调时间戳是否在 300 秒内。",
        "The callback's timestamp may be of any age.",
        verify=callbacks.any_time,
    ),
    _change(
        "missing-header-skips-verification",
        "CBK-06",
        "缺少签名头时跳过验签。",
        "A callback without a signature header is not verified.",
        verify=callbacks.only_when_signed,
    ),
    _change(
        "credits-every-callback",
        "CBK-11",
        "每收到一次回调就入账一次。",
        "Every callback credits once more.",
        credit=crediting.every_callback,
    ),
    _change(
        "check-then-act",
        "CBK-11",
        "先查状态再更新，并发回调会重复入账。",
        "Looks first and acts later: callbacks at once credit more than once.",
        credit=crediting.check_then_act,
    ),
    _change(
        "verifies-while-calm",
        "PRF-05",
        "回调一多就不验签：每秒超过六个时只看签名头在不在。",
        "With more than six callbacks a second, signatures are no longer verified.",
        verify=callbacks.WhileCalm(),
    ),
    _change(
        "heavy-page",
        "PRF-04",
        "支付页内嵌 1 MB 图片，慢网络下要等很久才能下单。",
        "A megabyte of pictures inside the payment page keeps a slow phone waiting for its form.",
        inlined_bytes=1_000_000,
    ),
    _change(
        "books-one-fen-short",
        "RCN-03",
        "入账少一分钱。",
        "The books say one fen less than came in.",
        book=crediting.one_short,
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
