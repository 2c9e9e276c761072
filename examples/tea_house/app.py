"""A tea house: Flask, SQLite and the SDK `wechatpayv3`, written as its README shows.

    python -m examples.tea_house.app
    flask --app examples.tea_house.app:production check-open-orders     # cron, every five minutes

Settings are read from the environment (WECHAT_PAY_…). It knows nothing of GoLive.
"""

from __future__ import annotations

import base64
import io
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import segno
from flask import Flask, abort, g, redirect, render_template, request, session, url_for
from wechatpayv3 import WeChatPay, WeChatPayType
from werkzeug.wrappers import Response

TEAS = {"longjing": ("西湖龙井 250g", 8800), "tieguanyin": ("安溪铁观音 150g", 4550)}
"""Name and price in fen."""
USERS = {"li": "spring-water"}
STATES = {"NEW": "待付款", "PAID": "已付款", "FAILED": "支付失败", "CLOSED": "已取消", "REVIEW": "待人工核对"}
FROM_WECHAT = {
    "NOTPAY": "NEW",
    "USERPAYING": "NEW",
    "PAYERROR": "FAILED",
    "CLOSED": "CLOSED",
    "REVOKED": "CLOSED",
}
FIVE_MINUTES = 300
TO_PAY = timedelta(hours=2)
DATABASE = str(Path(__file__).with_name("tea.db"))
SCHEMA = """
create table if not exists orders (
    id integer primary key, number text unique, tea text, price integer, username text, code_url text,
    state text default 'NEW', received integer default 0, parcels integer default 0, note text default ''
)"""

Opened = Callable[[WeChatPay, Mapping[str, str], bytes], Mapping[str, Any] | None]
"""What a notification says; None: it is not from WeChat."""


def open_notification(pay: WeChatPay, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any] | None:
    """Verify and decrypt; refuse what is old, and a header that came twice: the SDK looks at neither."""
    if any(
        "," in headers.get(f"Wechatpay-{name}", "") for name in ("Signature", "Timestamp", "Nonce", "Serial")
    ):
        return None
    try:
        if abs(time.time() - int(headers.get("Wechatpay-Timestamp", ""))) > FIVE_MINUTES:
            return None
        result = pay.callback(headers, body)
    except Exception:  # noqa: BLE001 - the SDK raises whatever it comes upon in a forged one
        return None
    return result["resource"] if result else None


def create_app(settings: Mapping[str, str], database: str, opened: Opened = open_notification) -> Flask:
    """The shop, with its own database."""
    app = Flask(__name__)
    app.secret_key = secrets.token_hex()
    pay = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=settings["WECHAT_PAY_MCH_ID"],
        private_key=settings["WECHAT_PAY_PRIVATE_KEY"],
        cert_serial_no=settings["WECHAT_PAY_CERT_SERIAL"],
        appid=settings["WECHAT_PAY_APP_ID"],
        apiv3_key=settings["WECHAT_PAY_APIV3_KEY"],
        notify_url=settings["WECHAT_PAY_NOTIFY_URL"],
        public_key=settings["WECHAT_PAY_PUBLIC_KEY"],
        public_key_id=settings["WECHAT_PAY_PUBLIC_KEY_ID"],
        timeout=(5, 10),
    )
    pay._core._gate_way = settings.get("WECHAT_PAY_BASE_URL", pay._core._gate_way)
    with closing(sqlite3.connect(database)) as new:
        new.execute(SCHEMA)

    def db() -> sqlite3.Connection:
        if "db" not in g:
            g.db = sqlite3.connect(database)
            g.db.row_factory = sqlite3.Row
        opened: sqlite3.Connection = g.db
        return opened

    @app.teardown_appcontext
    def close_db(_: object) -> None:
        if "db" in g:
            g.db.close()

    @app.before_request
    def guard() -> Response | None:
        if request.endpoint in ("notify", "static"):
            return None
        session.setdefault("csrf", secrets.token_hex(16))
        if request.method == "POST" and request.form.get("_csrf") != session["csrf"]:
            abort(400, "表单已过期")
        if request.endpoint != "login" and "user" not in session:
            return redirect(url_for("login"))
        return None

    @app.route("/login", methods=["GET", "POST"])
    def login() -> str | Response:
        if request.method == "POST":
            name = request.form["username"]
            if name in USERS and secrets.compare_digest(USERS[name], request.form["password"]):
                session["user"] = name
                return redirect(url_for("shelf"))
        return render_template("login.html")

    @app.get("/")
    def shelf() -> str:
        return render_template("shelf.html", teas=TEAS)

    @app.get("/tea/<slug>")
    def tea(slug: str) -> str:
        return render_template("tea.html", slug=slug, tea=TEAS.get(slug) or abort(404))

    @app.post("/orders")
    def place_order() -> Response:
        slug = request.form["tea"]
        name, price = TEAS.get(slug) or abort(404)
        number = f"TEA{datetime.now():%Y%m%d%H%M%S}{secrets.randbelow(10**6):06}"  # noqa: DTZ005
        with db():
            row = db().execute(
                "insert into orders (number, tea, price, username) values (?, ?, ?, ?)",
                (number, slug, price, session["user"]),
            )
        until = (datetime.now().astimezone() + TO_PAY).isoformat(timespec="seconds")
        code, answer = pay.pay(
            description=name, out_trade_no=number, amount={"total": price}, time_expire=until
        )
        if code != 200:
            abort(502, f"下单失败：{answer}")
        with db():
            db().execute(
                "update orders set code_url = ? where id = ?", (json.loads(answer)["code_url"], row.lastrowid)
            )
        return redirect(url_for("show_order", order_id=row.lastrowid))

    @app.get("/orders/<int:order_id>")
    def show_order(order_id: int) -> str:
        order = own_order(order_id)
        code = io.BytesIO()
        segno.make(order["code_url"] or "-").save(code, kind="png", scale=6, border=4)
        picture = "data:image/png;base64," + base64.b64encode(code.getvalue()).decode()
        return render_template("order.html", order=order, state=STATES[order["state"]], picture=picture)

    @app.post("/orders/<int:order_id>/check")
    def check_order(order_id: int) -> Response:
        ask_wechat(own_order(order_id))
        return redirect(url_for("show_order", order_id=order_id))

    @app.cli.command("check-open-orders")
    def check_open_orders() -> None:
        """Ask WeChat about every order that is still open: a notification may be lost."""
        for order in db().execute("select * from orders where state = 'NEW'").fetchall():
            ask_wechat(order)

    def ask_wechat(order: sqlite3.Row) -> None:
        code, answer = pay.query(out_trade_no=order["number"])
        if code == 200:
            take_over(json.loads(answer))

    @app.post("/wechat/notify")
    def notify() -> tuple[dict[str, str], int] | tuple[str, int]:
        told = opened(pay, dict(request.headers), request.get_data())
        if told is None:
            return {"code": "FAIL", "message": "验签失败"}, 401
        if not take_over(told):
            return {"code": "FAIL", "message": "订单不符"}, 400
        return "", 204

    def own_order(order_id: int) -> sqlite3.Row:
        found = db().execute(
            "select * from orders where id = ? and username = ?", (order_id, session["user"])
        )
        order: sqlite3.Row = found.fetchone() or abort(404)
        return order

    def take_over(told: Mapping[str, Any]) -> bool:
        """Note what WeChat says of an order; one payment is one parcel, however often it is told."""
        found = db().execute("select * from orders where number = ?", (told.get("out_trade_no"),))
        order = found.fetchone()
        if order is None or told.get("mchid") != settings["WECHAT_PAY_MCH_ID"]:
            return False
        state = told.get("trade_state")
        with db():
            if state == "SUCCESS":
                paid = told.get("amount") or {}
                price = (order["price"], "CNY", settings["WECHAT_PAY_APP_ID"])
                if (paid.get("total"), paid.get("currency"), told.get("appid")) != price:
                    return False
                db().execute(
                    "update orders set state = 'PAID', received = ?, parcels = parcels + 1 "
                    "where id = ? and state != 'PAID'",
                    (order["price"], order["id"]),
                )
            elif state in FROM_WECHAT:
                db().execute(
                    "update orders set state = ? where id = ? and state != 'PAID'",
                    (FROM_WECHAT[state], order["id"]),
                )
            else:
                db().execute(
                    "update orders set state = 'REVIEW', note = ? where id = ? and state != 'PAID'",
                    (f"微信状态 {state}", order["id"]),
                )
        return True

    return app


def production() -> Flask:
    """As it runs on the server, and for its commands."""
    return create_app(os.environ, os.environ.get("TEA_DATABASE", DATABASE))


if __name__ == "__main__":
    production().run(port=5000)
