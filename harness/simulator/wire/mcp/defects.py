"""The deliberate faults of this wire: what each is called, and which control is meant to catch it.

Where a fault acts is where the rule it breaks stands: the door, the version check, the catalogue, the desk.
"""

from __future__ import annotations

from harness.core.control import Defect

__all__ = [
    "ANY_KEY",
    "ANY_ORIGIN",
    "ANY_VERSION",
    "DEFECTS",
    "LOOSE_AMOUNTS",
    "LOOSE_SCHEMAS",
    "QUERY_SAYS_IT_WRITES",
    "REPEAT_ORDERS_AGAIN",
    "RESULT_TELLS_KEY",
    "TOOL_MISSING",
]

ANY_VERSION = "mcp-any-version"
TOOL_MISSING = "mcp-tool-missing"
LOOSE_SCHEMAS = "mcp-loose-schemas"
QUERY_SAYS_IT_WRITES = "mcp-query-says-it-writes"
LOOSE_AMOUNTS = "mcp-loose-amounts"
ANY_KEY = "mcp-any-key"
ANY_ORIGIN = "mcp-any-origin"
RESULT_TELLS_KEY = "mcp-result-tells-key"
REPEAT_ORDERS_AGAIN = "mcp-repeat-orders-again"

DEFECTS = Defect.table(
    "endpoint",
    (
        ANY_VERSION,
        "MCP-01",
        "MCP 端点不论客户端报什么协议版本都说支持",
        "the MCP endpoint claims to speak whatever protocol version it is asked for",
    ),
    (
        TOOL_MISSING,
        "MCP-02",
        "tools/list 里没有关单工具",
        "the tool that closes orders is missing from tools/list",
    ),
    (
        LOOSE_SCHEMAS,
        "MCP-02",
        "工具的入参 schema 很松：允许多余参数，金额可以是任意数字",
        "the input schemas are loose: further members allowed, any number is an amount",
    ),
    (
        QUERY_SAYS_IT_WRITES,
        "MCP-03",
        "查询工具没有标成只读，关单工具却标成只读",
        "the annotations lie: the query is not marked read-only, while closing an order is",
    ),
    (
        LOOSE_AMOUNTS,
        "MCP-04",
        "金额写成小数也收下，悄悄取整",
        "a fractional amount is taken and rounded without a word",
    ),
    (
        ANY_KEY,
        "MCP-05",
        "MCP 端点不要 API 密钥",
        "the MCP endpoint wants no API key",
    ),
    (
        ANY_ORIGIN,
        "MCP-05",
        "MCP 端点接受别的网站（Origin）发来的请求",
        "the MCP endpoint takes requests that another site's page (Origin) sends",
    ),
    (
        RESULT_TELLS_KEY,
        "MCP-06",
        "查询结果里带出了 API 密钥",
        "a query's result carries the API key",
    ),
    (
        REPEAT_ORDERS_AGAIN,
        "MCP-07",
        "同一商户订单号重复下单，会以加后缀的新单号再下一单",
        "a repeated order becomes a second one under a suffixed number",
    ),
)
