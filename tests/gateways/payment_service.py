"""A small payment service of the official protocol library, and a line to it that can be disturbed."""

from __future__ import annotations

import json
import secrets
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent
from starlette.types import ASGIApp

from harness.processes.serving import listen, serving

APPID = "wxd678efh567hg6787"
MCHID = "1900007291"


def refused(code: str, message: str = "words") -> CallToolResult:
    """A tool's refusal in the platform's words."""
    told = {"code": code, "message": message}
    return CallToolResult(
        content=[TextContent(type="text", text=json.dumps(told))], structured_content=told, is_error=True
    )


@dataclass
class Service:
    """What the service holds; `answers` replaces the answer of a tool."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    creates: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Callable[[], CallToolResult]] = field(default_factory=dict)

    def application(self, *, stateless: bool = True, without: frozenset[str] = frozenset()) -> ASGIApp:
        """The service over Streamable HTTP at `/mcp/v1`."""
        server = MCPServer("payments", log_level="CRITICAL")
        for tool in (self._native, self._h5, self._jsapi, self._query, self._close, self._status):
            name = {
                "_native": "create-native-payment",
                "_h5": "create-h5-payment",
                "_jsapi": "create-jsapi-payment",
                "_query": "query-order-by-out-trade-no",
                "_close": "close-order",
                "_status": "get-service-status",
            }[tool.__name__]
            if name not in without:
                server.add_tool(tool, name=name)
        return server.streamable_http_app(
            streamable_http_path="/mcp/v1", json_response=True, stateless_http=stateless
        )

    def _told(self, tool: str, members: dict[str, Any]) -> CallToolResult:
        if tool in self.answers:
            return self.answers[tool]()
        return CallToolResult(
            content=[TextContent(type="text", text=json.dumps(members))], structured_content=members
        )

    def _placed(self, given: dict[str, Any], handle: dict[str, Any]) -> CallToolResult:
        number = given["out_trade_no"]
        self.creates.append({name: value for name, value in given.items() if value is not None})
        self.orders.setdefault(number, given)
        self.states.setdefault(number, "NOTPAY")
        return self._told("create", {"out_trade_no": number, **handle})

    def _native(
        self,
        out_trade_no: str,
        amount: int,
        description: str,
        notify_url: str,
        time_expire: str | None = None,
        attach: str | None = None,
    ) -> CallToolResult:
        given = {name: value for name, value in locals().items() if name != "self"}
        return self._placed(given, {"code_url": f"weixin://wxpay/bizpayurl?pr={secrets.token_hex(4)}"})

    def _h5(
        self,
        out_trade_no: str,
        amount: int,
        description: str,
        notify_url: str,
        payer_client_ip: str,
        h5_type: str = "Wap",
        time_expire: str | None = None,
        attach: str | None = None,
    ) -> CallToolResult:
        given = {name: value for name, value in locals().items() if name != "self"}
        handle = {"h5_url": "https://wx.tenpay.com/x", "expire_time": "2026-01-02T00:00:00+08:00"}
        return self._placed(given, handle)

    def _jsapi(
        self,
        out_trade_no: str,
        amount: int,
        description: str,
        notify_url: str,
        openid: str,
        time_expire: str | None = None,
        attach: str | None = None,
    ) -> CallToolResult:
        given = {name: value for name, value in locals().items() if name != "self"}
        return self._placed(given, dict(BRIDGE))

    def _query(self, out_trade_no: str) -> CallToolResult:
        if out_trade_no not in self.orders and "query" not in self.answers:
            return refused("ORDER_NOT_EXIST", "订单不存在")
        state = self.states.get(out_trade_no, "NOTPAY")
        members = {"appid": APPID, "mchid": MCHID, "out_trade_no": out_trade_no, "trade_state": state}
        return self._told("query", members)

    def _close(self, out_trade_no: str) -> CallToolResult:
        self.states[out_trade_no] = "CLOSED"
        return self._told("close", {"out_trade_no": out_trade_no, "closed": True})

    def _status(self) -> CallToolResult:
        members = {"enabled": True, "wechat": True, "alipay": False, "experience": True, "payee": "test"}
        return self._told("status", members)


BRIDGE: dict[str, str] = {
    "prepay_id": "wx201410272009395522657a690389285100",
    "appId": APPID,
    "timeStamp": "1414561699",
    "nonceStr": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
    "package": "prepay_id=wx201410272009395522657a690389285100",
    "signType": "RSA",
    "paySign": "c2ln",
}

LineFault = Callable[["Line"], None]


def drop(line: Line) -> None:
    """Close without an answer, before the service hears of it."""


def drop_after(line: Line) -> None:
    """Let the service act, and close without an answer."""
    line.forwarded()


def reset(line: Line) -> None:
    """End the connection with a TCP reset."""
    line.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.connection.close()


def hang(line: Line) -> None:
    """Say nothing until the other side gives up."""
    line.over.wait(30)


def hang_after(line: Line) -> None:
    """Let the service act, and say nothing."""
    line.forwarded()
    line.over.wait(30)


def streamed(line: Line) -> None:
    """Let the service act, and answer with events: others, the answer, heartbeats for ever."""
    got = line.forwarded()
    told = [f"data: {got.text}\r\n\r\n"] if got.content else []
    notice = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"result"}}'
    head = [
        f"HTTP/1.1 {got.status_code} {got.reason_phrase}",
        "Content-Type: Text/Event-Stream; charset=utf-8",
        *(f"{name}: {value}" for name, value in got.headers.items() if name.startswith("mcp-")),
    ]
    events = ["id: 0\r\nretry: 60000\r\ndata:\r\n\r\n", f"data: {notice}\r\n\r\n", *told]
    line.connection.sendall("".join(["\r\n".join(head), "\r\n\r\n", *events]).encode())
    while not line.over.wait(0.05):
        try:
            line.connection.sendall(b": heartbeat\r\n\r\n")
        except OSError:
            return


def trickle(line: Line) -> None:
    """Begin an answer and go on for ever, a byte at a time."""
    line.connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    )
    while not line.over.wait(0.05):
        try:
            line.connection.sendall(b" ")
        except OSError:
            return


def says(status: int, body: bytes = b"", **headers: str) -> LineFault:
    """Answer with this instead of asking the service."""

    def answer(line: Line) -> None:
        line.answer(status, body, headers)

    return answer


@dataclass
class Line:
    """One request on its way."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: socket.socket
    over: threading.Event
    forwarded: Callable[[], httpx.Response]
    answer: Callable[[int, bytes, dict[str, str]], None]

    @property
    def called(self) -> str:
        """The JSON-RPC method, or the last part of the path."""
        try:
            return str(json.loads(self.body).get("method") or self.path.rpartition("/")[2])
        except ValueError:
            return self.path.rpartition("/")[2]


@dataclass
class Disturbance:
    """Decides over requests: `plan` is used up in order by those `applies` chooses."""

    base_url: str = ""
    plan: list[LineFault] = field(default_factory=list)
    always: LineFault | None = None
    applies: Callable[[Line], bool] = lambda line: True
    seen: list[Line] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    under_way: int = 0
    """Requests that are being served."""
    quiet: threading.Condition = field(default_factory=threading.Condition)

    def calls(self, name: str) -> list[Line]:
        """The requests of one kind that were seen."""
        return [line for line in self.seen if line.called == name]

    def decide(self, line: Line) -> LineFault | None:
        """What is to happen to a request; None: nothing bad."""
        with self.lock:
            self.seen.append(line)
            if not self.applies(line):
                return None
            return self.plan.pop(0) if self.plan else self.always

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Count a request as being served."""
        with self.quiet:
            self.under_way += 1
        try:
            yield
        finally:
            with self.quiet:
                self.under_way -= 1
                self.quiet.notify_all()

    def ends(self) -> None:
        """Let every fault end, and wait for what is being served: a client that is closed under a request
        knows nothing of the socket that this request opens, and nobody closes it."""
        self.over.set()
        with self.quiet:
            self.quiet.wait_for(lambda: not self.under_way, timeout=5)


@contextmanager
def disturbed(upstream: str) -> Iterator[Disturbance]:
    """A line to a service at `upstream`; quiet until told otherwise."""
    disturbance = Disturbance()
    client = httpx.Client(trust_env=False, timeout=10)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            with disturbance.serving():
                self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}

            def forwarded() -> httpx.Response:
                kept = {name: value for name, value in headers.items() if name not in {"host", "connection"}}
                return client.request(self.command, f"{upstream}{self.path}", content=body, headers=kept)

            def answer(status: int, content: bytes, named: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in named.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            line = Line(
                self.command, self.path, headers, body, self.connection, disturbance.over, forwarded, answer
            )
            fault = disturbance.decide(line)
            if fault is None:
                got = forwarded()
                named = {
                    name: value
                    for name, value in got.headers.items()
                    if name not in {"content-length", "transfer-encoding", "connection", "date", "server"}
                }
                answer(got.status_code, got.content, named)
                return
            fault(line)
            if fault in (drop, drop_after, reset, hang, hang_after, trickle):
                self.close_connection = True

        do_POST = do_GET = do_DELETE = do_HEAD = _serve  # noqa: N815 - the library's names

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
            """Quiet."""

        def finish(self) -> None:
            try:
                super().finish()
            except OSError:
                return

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        request_queue_size = 64

        def shutdown_request(self, request: Any) -> None:
            try:
                super().shutdown_request(request)
            except OSError:
                return

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that went away is what is being tested."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    disturbance.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield disturbance
    finally:
        server.shutdown()
        disturbance.ends()
        server.server_close()
        client.close()
        thread.join(5)


@contextmanager
def payment_service(
    service: Service, *, stateless: bool = True, without: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Serve it on loopback."""
    with serving(service.application(stateless=stateless, without=without), listen()) as base_url:
        yield base_url


def refused_address() -> str:
    """An address on which nothing listens."""
    with listen() as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
