"""Copies of the print shop: mended, and with one thing broken again in the mended one."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from tests.examples.print_shop_side import EXAMPLE

Edit = tuple[str, str]
"""A piece of its code that stands there once, and what takes its place."""
MENDED: tuple[Edit, ...] = (
    # Without it the platform signs answers by a certificate that the shop does not have.
    ("timeout: 10000,", "timeout: 10000,\n  headers: { 'Wechatpay-Serial': config.publicKeyId },"),
    # The SDK's timeout is for one read; an answer that trickles in needs a deadline for the whole.
    (
        "currency: 'CNY' },\n    });",
        "currency: 'CNY' },\n    }, { signal: AbortSignal.timeout(4000) });",
    ),
    # A time that is no number is no time within the window.
    (
        "if (Math.abs(Formatter.timestamp() - Number(timestamp)) > 300)",
        "if (!(Math.abs(Formatter.timestamp() - Number(timestamp)) <= 300))",
    ),
    # Text parsers drop a byte order mark, and verify other bytes than those that came.
    ("express.text({ type: '*/*' })", "express.raw({ type: '*/*' })"),
    ("const { body } = req;", "const body = req.body.toString();"),
    # Node joins a header that was given twice, and reads the first of two signatures.
    (
        "  if (serial !==",
        "  if (req.headersDistinct['wechatpay-signature'].length > 1) return fail(400, 'twice');\n"
        "  if (serial !==",
    ),
    # Left out, a code can be paid for a week.
    (
        "      notify_url: config.notifyUrl,",
        "      notify_url: config.notifyUrl,\n"
        "      time_expire: new Date(Date.now() + 7200e3).toISOString().replace(/\\.\\d+Z/, '+00:00'),",
    ),
    # A payment to somebody else is no payment of this order.
    (
        "    if (!order) return fail(404, 'order not found');",
        "    if (!order) return fail(404, 'order not found');\n"
        "    if (trx.mchid !== config.mchId || trx.appid !== config.appId) return fail(400, 'not ours');",
    ),
)
DEFECTS: dict[str, tuple[Edit, ...]] = {
    "CBK-02": (("if (!Rsa.verify(", "if (false && !Rsa.verify("),),
    "CBK-03": (("if (!Rsa.verify(", "if (!signature.startsWith('WECHATPAY/SIGNTEST/') && !Rsa.verify("),),
    "CBK-04": (("<= 300))", "<= 30000000))"),),
    "CBK-05": (("if (serial !== config.publicKeyId)", "if (!serial)"),),
    "CBK-09": (("const ok = paid === order.total_cents &&", "const ok = paid > 0 &&"),),
    "CBK-10": (
        (
            "case 'PAYERROR': return setStatus(order.id, 'failed');",
            "case 'PAYERROR': return markPaid(order, trx);",
        ),
    ),
    "CBK-11": (
        ("if (order.status === 'printing') return;", ""),
        ("order_id TEXT NOT NULL UNIQUE", "order_id TEXT NOT NULL"),
    ),
    "CBK-13": (
        (
            "const { resource } = JSON.parse(body);",
            "const { resource, ...more } = JSON.parse(body);\n    "
            "if (Object.keys(more).length > 5) return fail(400, 'what is this');",
        ),
    ),
    "CBK-14": (
        (
            "if (!timestamp || !nonce || !signature || typeof body !== 'string')",
            "if (!body.startsWith('{\"')) return res.json({});\n  if (!timestamp || !nonce || !signature)",
        ),
    ),
    "DEG-03": ((", { signal: AbortSignal.timeout(4000) }", ""),),
    "DEG-04": (
        (
            "    logWechatError(`create ${id}`, err);",
            "    for (let again = 0; again < 20; again++) {\n"
            "      await wxpay.v3.pay.transactions.native.post({ out_trade_no: id }).catch(() => 0);\n    }",
        ),
    ),
    "DEG-05": (
        ("error: 'Could not start the WeChat payment, please try again', id", "error: err.stack, id"),
    ),
    "PAY-06": (
        (
            "    applyTransaction(getOrder(order.id), data);",
            "    markPaid(getOrder(order.id), { ...data, amount: { total: order.total_cents } });",
        ),
    ),
    "PAY-07": (
        (
            "const totalCents = poster.priceCents * quantity;",
            "const totalCents = Math.floor((poster.priceCents / 100) * 1.15 * 100 * quantity);",
        ),
    ),
    "PAY-16": (("+ 7200e3)", "+ 7200)"),),
    "PAY-08": (
        (
            "return `PS${day}${crypto.randomBytes(8).toString('hex')}`;",
            "return `PS ${day}${crypto.randomBytes(8).toString('hex')}`;",
        ),
    ),
    "SEC-03": (
        ("return fail(400, 'bad request');", "return fail(400, 'bad request, ' + JSON.stringify(config));"),
    ),
    "SEC-05": (
        (
            "const totalCents = poster.priceCents * quantity;",
            "const totalCents = req.body.totalCents ?? poster.priceCents * quantity;",
        ),
    ),
    "SEC-14": (
        (
            "express.static(path.join(__dirname, 'public'))",
            "express.static(path.dirname(process.env.WECHAT_PAY_PRIVATE_KEY))",
        ),
    ),
    "SEC-15": (("notify_url: config.notifyUrl,", "notify_url: req.body.notifyUrl || config.notifyUrl,"),),
    "QRY-01": (("case 'PAYERROR':", "case 'USERPAYING':\n    case 'PAYERROR':"),),
}
"""What an ordinary developer may get wrong, by the control that has to catch it."""


def edited(folder: Path, *edits: Edit) -> Path:
    """The mended copy with some more of its code changed."""
    code = (EXAMPLE / "server.cjs").read_text("utf-8")
    for old, new in (*MENDED, *edits):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    server = folder / "server.cjs"
    server.write_text(code, "utf-8")
    copytree(EXAMPLE / "public", folder / "public", dirs_exist_ok=True)
    return server
