"""MCP: a tool call that places an order, in both eras, beside a trivial tool of the same official SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice

import httpx

from bench.bare_servers import MCP_PATH, MCP_TOOL
from bench.cpu import Signer
from bench.merchant import Merchant, order_numbers
from bench.metrics import Metric, Pair, paired
from bench.plan import Bench
from bench.servers import Server, bare, simulator
from bench.traffic import burst, request
from harness.core.errors import TargetFailure

TITLE = "simulator, MCP: tools/call that places an order, both eras"

STATELESS, SESSIONS = "2026-07-28", "2025-11-25"
TRIVIAL = "a trivial tool of the official SDK"
SIGNING = "RSA-2048 signatures of one core"
OURS_PATH = "/mcp/v1"


class Caller:
    """Makes tool calls of one era for one endpoint; a session, where the era has them, is opened once."""

    def __init__(self, server: Server, path: str, era: str) -> None:
        self.server = server
        self._path = path
        self._era = era
        self._ids = count(1)
        self._headers = {
            "host": server.base_url.removeprefix("http://"),
            "accept": "application/json, text/event-stream",
            "content-type": "application/json",
        }
        if key := server.environment.get("WECHAT_MCP_API_KEY"):
            self._headers["authorization"] = f"Bearer {key}"
        if era == SESSIONS:
            self._open_session()
        else:
            self._headers |= {"mcp-method": "tools/call", "mcp-name": MCP_TOOL}
        self._headers["mcp-protocol-version"] = era

    def call(self, arguments: Mapping[str, object]) -> bytes:
        """One `tools/call`, as bytes."""
        params: dict[str, object] = {"name": MCP_TOOL, "arguments": arguments}
        if self._era == STATELESS:
            params["_meta"] = {
                "io.modelcontextprotocol/protocolVersion": STATELESS,
                "io.modelcontextprotocol/clientCapabilities": {},
            }
        return request("POST", self._path, self._headers, _message("tools/call", params, next(self._ids)))

    def rate(self, merchant: Merchant, numbers: Sequence[str]) -> float:
        """Calls per CPU second of the server, one for each order number."""
        calls = [self.call(merchant.arguments(number)) for number in numbers]
        return burst(self.server, calls, says=b'"isError":false').per_cpu_second

    def _open_session(self) -> None:
        hello = {
            "protocolVersion": SESSIONS,
            "capabilities": {},
            "clientInfo": {"name": "bench", "version": "1"},
        }
        with httpx.Client(base_url=self.server.base_url, trust_env=False, headers=self._headers) as client:
            opened = client.post(self._path, content=_message("initialize", hello, 0))
            session = opened.headers.get("mcp-session-id")
            if session is None:
                raise TargetFailure(f"no session: {opened.status_code} {opened.text[:200]}", where="bench")
            self._headers["mcp-session-id"] = session
            client.post(
                self._path,
                headers={"mcp-session-id": session, "mcp-protocol-version": SESSIONS},
                json={"jsonrpc": "2.0", "method": "notifications/initialized"},
            )


def measure(bench: Bench) -> Sequence[Metric]:
    """Calls per CPU second of the server, each repetition next to its baselines."""
    with simulator(bench.scratch) as server, bare("mcp-tool", bench.scratch) as trivial:
        numbers = order_numbers()
        return [
            metric for era in (STATELESS, SESSIONS) for metric in _era(bench, server, trivial, era, numbers)
        ]


def _era(bench: Bench, server: Server, trivial: Server, era: str, numbers: Iterator[str]) -> Iterator[Metric]:
    plan, signer, merchant = bench.plan, Signer(), Merchant(server)
    ours, theirs = Caller(server, OURS_PATH, era), Caller(trivial, MCP_PATH, era)
    for caller in (ours, theirs):
        caller.rate(merchant, list(islice(numbers, plan.warm_up)))
    over_trivial: list[Pair] = []
    over_signing: list[Pair] = []
    for repetition in range(plan.repetitions):
        placed = list(islice(numbers, plan.requests // 2))
        before, rate, after = signer.rate(), ours.rate(merchant, placed), signer.rate()
        over_signing.append(Pair(rate, (before + after) / 2))
        over_trivial.append(Pair(rate, theirs.rate(merchant, placed)))
        bench.say(f"{era} {repetition + 1}/{plan.repetitions}: create {rate:,.0f} a CPU s")
    name = f"create-mcp-{era[:4]}"
    yield paired(name, "1/CPU s", over_trivial, compared_with=TRIVIAL)
    yield paired(f"{name}-over-signing", "1/CPU s", over_signing, compared_with=SIGNING)


def _message(method: str, params: Mapping[str, object], number: int) -> bytes:
    """A request; within a session no two that are under way may have the same number."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
