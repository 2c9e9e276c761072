"""What each rung tells of an order, and what it says when the profile does not fit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from harness.core.errors import ConfigurationError
from harness.merchant.gap import ProfileGap
from harness.merchant.merchant_order import MerchantOrder
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.processes.serving import listen, serving

HEAD = 'base_url = "{}"\nbuild = "tea-1"\ncapabilities = ["qr"]\n[observer]\n'
WORDS = 'words = { pending = ["NEW", "未支付"], paid = ["PAID", "支付"] }\n'

Look = Callable[[str], MerchantOrder]


async def _api(request: Request) -> Response:
    number = request.path_params["number"]
    if number == "lost":
        return JSONResponse({"error": "no such order"}, 404)
    return JSONResponse({"data": {"state": "PAID", "money": {"got": "88.00"}, "no": number}})


async def _page(request: Request) -> Response:
    said = {"T1": "未支付", "T2": "支付", "T3": "退货中", "T4": "支付 未支付"}
    return HTMLResponse(f"<p>状态：<b>{said[request.path_params['number']]}</b><script>支付</script>")


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    """Looks at one order by the lines of an observer."""
    with closing(sqlite3.connect(tmp_path / "tea.db")) as db, db:
        db.execute("create table orders (no text, state text, yuan real, parcels integer)")
        db.executemany(
            "insert into orders values (?, ?, ?, ?)", [("T1", "PAID", 88.0, 2), ("T2", "SENT", 1.1, 0)]
        )
    app = Starlette(routes=[Route("/api/{number}", _api), Route("/orders/{number}", _page)])
    with serving(app, listen()) as base_url:

        def looked(lines: str, number: str = "T1") -> MerchantOrder:
            file = tmp_path / "tea.toml"
            file.write_text(HEAD.format(base_url) + lines, "utf-8")
            with Observer(MerchantProfile.load(str(file))) as observer:
                return observer.order(number)

        yield looked


def sql(query: str) -> str:
    return f'database = "tea.db"\nsql = "{query} from orders where no = :out_trade_no"\n{WORDS}'


def test_sql_tells_what_it_selects_and_yuan_become_fen(look: Look) -> None:
    order = look(sql("select state as status, yuan as paid_amount_yuan, parcels as credits"))
    assert (order.status, order.paid_amount, order.credits) == ("paid", 8800, 2)


def test_what_is_not_selected_is_unknown_and_not_zero(look: Look) -> None:
    order = look(sql("select state as status"))
    with pytest.raises(ProfileGap, match="nothing tells the order's credits") as gap:
        assert order.credits == 0
    assert "select more columns in observer.sql" in str(gap.value)


def test_the_database_cannot_be_changed_by_looking(look: Look) -> None:
    with pytest.raises(ProfileGap, match="readonly"):
        look('database = "tea.db"\nsql = "delete from orders where no = :out_trade_no"\n')


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            sql("select stat as status"),
            r"no such column: stat \[line 6 .*did you mean state.*orders\(no, state, yuan, parcels\)",
        ),
        (sql("select state as staus"), r"column 'staus'.*did you mean status"),
        (sql("select yuan as paid_amount"), r"line 6 .*whole fen \(or amount_yuan"),
        (
            sql("select state as status").replace("tea.db", "te.db"),
            r"no database .*line 5 \(observer.database",
        ),
        ('page = "/orders/T3"\n' + WORDS, r"none of the words: HTTP 200 at /orders/T3: 状态： 退货中"),
        (
            'page = "/orders/T4"\n' + 'words = { paid = ["状态"], pending = ["支付"] }\n',
            r"状态 and 支付|支付 and 状态",
        ),
        ('request = "GET /api/lost"\n', r"HTTP 404 at /api/lost.*line 5"),
        (
            'request = "GET /api/T"\n[observer.answer]\nstatus = "data.sate"\n',
            r"finds nothing: the answer holds data",
        ),
        ('command = ["/no/such/program"]\n', r"cannot be started.*line 5 \(observer.command"),
    ],
    ids=["column", "name", "kind", "file", "word", "two words", "path", "mapping", "program"],
)
def test_a_profile_that_does_not_fit_names_line_and_what_was_seen(look: Look, lines: str, said: str) -> None:
    with pytest.raises(ProfileGap, match=said):
        look(lines)


def test_a_state_without_a_word_is_asked_for(look: Look) -> None:
    query = sql("select state as status, parcels as credits")
    order = look(query.replace(":out_trade_no", "'T2' or :out_trade_no = no and no = 'T2'"))
    assert order.told_credits is not None, "the rest is told all the same"
    assert "'SENT'" in order.summary
    with pytest.raises(ProfileGap, match=r"'SENT'.*no word of that kind.*line 7"):
        _ = order.status


def test_a_longer_word_hides_the_shorter_one_in_it(look: Look) -> None:
    order = look('page = "/orders/T1"\n' + WORDS)
    assert (order.status, order.told_credits) == ("pending", None)


def test_a_regular_expression_says_where_the_state_stands(look: Look) -> None:
    lines = 'page = "/orders/T2"\ntext = "<b>(.+?)</b>"\n' + WORDS
    assert look(lines).status == "paid"


def test_an_answer_is_mapped(look: Look) -> None:
    lines = (
        'request = "GET /api/{out_trade_no}"\n' + WORDS + "[observer.answer]\n"
        'status = "data.state"\npaid_amount_yuan = "data.money.got"\n'
    )
    order = look(lines)
    assert (order.status, order.paid_amount) == ("paid", 8800)


def test_a_command_may_print_one_word(look: Look) -> None:
    assert look('command = ["echo", "PAID"]\n' + WORDS).status == "paid"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('page = "/x"\nsql = "select 1"\n' + WORDS, "not several"),
        ('page = "/x"\n', r"line 4 \(observer\): a page wants words"),
        ('sql = "select 1"\ndatabase = "tea.db"\n', "= :out_trade_no"),
        ('request = "GET /a/{number}"\n', r"no placeholder \{number\}: .* here exist \{out_trade_no\}"),
        ('request = "/a"\n', r"line 5 \(observer.request\)"),
        ('request = "GET /a"\nanswer = { staus = "a" }\n', r"line 6 .*staus: did you mean status"),
        ('request = "GET /a"\nanswer = { status = "a[" }\n', "is no JMESPath"),
        ('reqest = "GET /a"\n', r"line 5 \(observer.reqest\).*did you mean request"),
    ],
)
def test_a_line_that_cannot_be_meant_is_named(look: Look, lines: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        look(lines)


def test_of_a_merchant_that_nobody_looks_into_nothing_is_told(look: Look) -> None:
    order = look("")
    assert (order.tells_payment, order.settled, order.summary) == (False, False, "nothing that can be seen")
