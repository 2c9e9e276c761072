"""The Postman collection signs as both platforms want it, by keys that its environment alone holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from harness.cli import golive
from harness.simulator.account.env_file import write_environment
from tests.interop.node_side import SCRIPTS, run_node

NATIVE = "POST /v3/pay/transactions/native"
QUERY = "GET /v3/pay/transactions/out-trade-no/{{out_trade_no}}"
CLOSE = "POST /v3/pay/transactions/out-trade-no/{{out_trade_no}}/close"
PRECREATE = "POST /v3/alipay/trade/precreate"
SECRETS = ("WECHAT_PAY_PRIVATE_KEY", "WECHAT_PAY_APIV3_KEY", "ALIPAY_PRIVATE_KEY", "GOLIVE_LEVERS_TOKEN")


def sent(folder: Path, *wanted: str) -> list[tuple[str, int, Any]]:
    """What the requests of those keys are answered; without any, all there are."""
    files = [str(folder / f"golive.postman_{each}.json") for each in ("collection", "environment")]
    done = run_node("wechatpay-axios-plugin", SCRIPTS / "postman.cjs", *files, json.dumps(wanted))
    assert done.returncode == 0, done.stderr
    return [(key, status, body) for key, status, body in json.loads(done.stdout)]


def test_its_requests_are_signed_and_taken_and_it_holds_no_key(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The one whole-process test of the collection: Node runs its script, twice."""
    settings, folder = tmp_path / ".env.simulator", tmp_path / "postman"
    write_environment(settings, environment)
    asked = ["collection", "--env-file", str(settings), "--out", str(folder), "--lang", "en"]
    assert CliRunner().invoke(golive, asked).exit_code == 0

    text = (folder / "golive.postman_collection.json").read_text("utf-8")
    assert [name for name in SECRETS if environment[name] in text] == []
    assert environment["WECHAT_PAY_MCH_ID"] not in text
    assert (folder / "golive.postman_environment.json").stat().st_mode & 0o777 == 0o600

    placed, found, closed, again, code = sent(folder, NATIVE, QUERY, CLOSE, QUERY, PRECREATE)
    assert json.loads(placed[2])["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert (found[1], json.loads(found[2])["trade_state"]) == (200, "NOTPAY")
    assert closed[1] == 204
    assert json.loads(again[2])["trade_state"] == "CLOSED"
    assert json.loads(code[2])["qr_code"].startswith("https://")

    answers = {key: (status, body) for key, status, body in sent(folder)}
    assert len(answers) > 30
    assert [key for key, (status, body) in answers.items() if status in (401, 404) and not body] == []
    refused = [key for key, (_, body) in answers.items() if "SIGN_ERROR" in body or "signature" in body]
    assert refused == []
    assert answers["POST /v3/security/echo"][0] == 200
    assert '"code":"10000"' in answers["alipay.trade.precreate"][1]
