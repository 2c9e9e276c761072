"""The recorder hears every exchange, keeps it redacted, and never disturbs a payment."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.core.errors import EnvironmentUnreachable
from harness.core.exchange import Exchange
from harness.evidence import ExchangeRecord, Recorder, RunRecord, search
from harness.evidence.recorder import EXCHANGES, LONGEST, MOST_BYTES
from tests.evidence.test_record import meta

API_KEY = "live-api-key-0123456789"


def exchange(**changes: object) -> Exchange:
    details: dict[str, object] = {
        "dialect": "apiv3",
        "operation": "create",
        "method": "POST",
        "url": "http://127.0.0.1:8765/v3/pay/transactions/native",
        "started": datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
        "duration_s": 0.25,
        "request_headers": {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"},
        "request_body": b'{"out_trade_no":"A1","payer":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}',
        "status": 200,
        "response_headers": {"Wechatpay-Signature": "c2ln"},
        "response_body": b'{"code_url":"weixin://wxpay/bizpayurl?pr=Ab3"}',
        "verified": True,
        "out_trade_no": "A1",
    }
    return Exchange(**(details | changes))  # type: ignore[arg-type]


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    return RunRecord.create(tmp_path / "run-1", meta())


def kept(record: RunRecord) -> list[ExchangeRecord]:
    lines = (record.folder / EXCHANGES).read_text("utf-8").splitlines()
    return [ExchangeRecord.model_validate(json.loads(line)) for line in lines]


def test_exchanges_belong_to_the_check_that_is_running(record: RunRecord) -> None:
    recorder = Recorder(record)
    recorder(exchange())
    recorder.begin("test_one")
    recorder(exchange())
    recorder(exchange())
    assert recorder.end() == 2
    recorder.begin("test_two")
    assert recorder.end() == 0
    assert [each.check for each in kept(record)] == [None, "test_one", "test_one"]


def test_an_exchange_is_kept_redacted(record: RunRecord) -> None:
    Recorder(record, [API_KEY])(exchange())
    one = kept(record)[0]
    assert one.request_headers["Authorization"] == "Bearer [redacted]"
    assert json.loads(one.request_body)["payer"]["openid"] == "oUpF…S6o"
    assert one.response_headers == {"Wechatpay-Signature": "c2ln"}
    assert one.response_body == '{"code_url":"weixin://wxpay/bizpayurl?pr=Ab3"}'
    assert search(record.folder, [API_KEY]) == []


def test_no_answer_is_kept_with_its_reason(record: RunRecord) -> None:
    Recorder(record, [API_KEY])(exchange(status=None, verified=None, error=f"refused {API_KEY}"))
    assert (kept(record)[0].status, kept(record)[0].error) == (None, "refused [redacted]")


def test_a_secret_told_to_the_recorder_is_hidden_in_the_whole_record(record: RunRecord) -> None:
    Recorder(record).hide([API_KEY])
    record.add_artifact("page.txt", API_KEY.encode())
    assert search(record.folder, [API_KEY]) == []


def test_a_long_body_is_cut_and_says_so(record: RunRecord) -> None:
    Recorder(record)(exchange(response_body=b"x" * (LONGEST + 1)))
    assert kept(record)[0].response_body == "x" * LONGEST + f"… [{LONGEST + 1} characters]"


def test_a_huge_body_is_counted_and_not_kept(record: RunRecord) -> None:
    Recorder(record)(exchange(response_body=b"x" * (MOST_BYTES + 1)))
    assert kept(record)[0].response_body == f"… [{MOST_BYTES + 1} bytes]"


def test_exchanges_from_many_threads_are_whole_lines(record: RunRecord) -> None:
    recorder = Recorder(record)
    recorder.begin("test_storm")

    def twenty() -> None:
        for _ in range(20):
            recorder(exchange())

    threads = [threading.Thread(target=twenty) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorder.end() == len(kept(record)) == 160


def test_a_full_disk_does_not_break_the_payment_and_is_remembered(record: RunRecord) -> None:
    recorder = Recorder(record)
    (record.folder / EXCHANGES).mkdir(parents=True)
    recorder(exchange())
    assert isinstance(recorder.failure, EnvironmentUnreachable)
    assert isinstance(recorder.failure.__cause__, IsADirectoryError)
