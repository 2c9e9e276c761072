"""Exchanges of a record, made by code: callbacks of API v3 that a merchant answered."""

from __future__ import annotations

from harness.evidence import RunRecord
from harness.evidence.recorder import EXCHANGES, ExchangeRecord
from tests.reports.sample_run import START

SIGNED = "1796004777\n8D2109D2\n{body}\n"


def deliver(record: RunRecord, check: str | None, body: str = '{"id":"1"}', **changes: object) -> None:
    """Keep one callback in a record that is not finished yet."""
    plain: dict[str, object] = {
        "check": check,
        "dialect": "merchant",
        "operation": "deliver",
        "method": "POST",
        "url": "http://127.0.0.1:3000/api/payment/notify/wechat",
        "started": START,
        "duration_s": 0.01,
        "request_headers": {"wechatpay-timestamp": "1796004777", "wechatpay-nonce": "8D2109D2"},
        "request_body": body,
        "status": 200,
        "response_headers": {"content-type": "application/json"},
        "response_body": '{"code":"SUCCESS"}',
        "verified": None,
        "error": None,
        "out_trade_no": None,
        "signed_request": SIGNED,
    }
    line = ExchangeRecord.model_validate(plain | changes)
    record.append_line(EXCHANGES, line.model_dump(mode="json", exclude_defaults=True))
