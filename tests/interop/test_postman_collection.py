"""Newman, which is Postman's own runtime, runs the collection, and both platforms take what it signs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from harness.cli import golive
from harness.simulator.account.env_file import write_environment
from harness.simulator.openapi.postman import COLLECTION, ENVIRONMENT
from tests.interop.node_side import PACKAGES, run_node

SECRETS = ("WECHAT_PAY_PRIVATE_KEY", "WECHAT_PAY_APIV3_KEY", "ALIPAY_PRIVATE_KEY", "GOLIVE_LEVERS_TOKEN")
NUMBER = "postman_1"
QUERY = "商户订单号查询订单 / look an order up by its number"


def files_of(program: str, environment: dict[str, str], tmp_path: Path) -> Path:
    """The folder with a collection for that program, and its environment."""
    settings, folder = tmp_path / ".env.simulator", tmp_path / program
    write_environment(settings, environment)
    asked = ["collection", "--as", program, "--env-file", str(settings), "--out", str(folder), "--lang", "en"]
    ended = CliRunner().invoke(golive, asked)
    assert ended.exit_code == 0, ended.output
    return folder


def none_refused_for_its_signature(answers: dict[str, tuple[int, str]]) -> None:
    """Every request came to an answer about what it asks."""
    assert len(answers) > 30
    assert [key for key, (status, body) in answers.items() if status in (401, 404) and not body] == []
    refused = [key for key, (_, body) in answers.items() if "SIGN_ERROR" in body or "signature" in body]
    assert refused == []


def run(folder: Path, *arguments: str) -> list[tuple[str, int, str]]:
    """What Newman sent, in order: name of the request and where it went, status, and what was answered."""
    export = folder / "ran.json"
    command = ["run", str(folder / COLLECTION), "-e", str(folder / ENVIRONMENT), *arguments]
    command += ["--env-var", f"out_trade_no={NUMBER}"]
    report = ["--reporters", "json", "--reporter-json-export", str(export)]
    done = run_node("newman", PACKAGES / "newman/bin/newman.js", *command, *report)
    assert done.returncode == 0, done.stdout + done.stderr
    told: list[dict[str, Any]] = json.loads(export.read_text("utf-8"))["run"]["executions"]
    return [
        (
            f"{each['item']['name']} {'/'.join(each['request']['url']['path'])}",
            each["response"]["code"],
            bytes(each["response"]["stream"]["data"]).decode("utf-8", "replace"),
        )
        for each in told
    ]


def test_its_requests_are_signed_and_taken_and_it_holds_no_key(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = files_of("postman", environment, tmp_path)
    text = (folder / COLLECTION).read_text("utf-8")
    assert [name for name in SECRETS if environment[name] in text] == []
    assert environment["WECHAT_PAY_MCH_ID"] not in text
    assert (folder / ENVIRONMENT).stat().st_mode & 0o777 == 0o600

    ran = run(folder)
    answers = {key: (status, body) for key, status, body in ran}
    assert len(answers) == len(ran)
    none_refused_for_its_signature(answers)

    def to(end: str) -> tuple[int, str]:
        return next(answer for key, answer in answers.items() if key.endswith(end))

    assert json.loads(to("transactions/native")[1])["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert json.loads(to(f"out-trade-no/{NUMBER}")[1])["trade_state"] == "NOTPAY"
    assert to(f"out-trade-no/{NUMBER}/close")[0] == 204
    assert to("security/echo")[0] == 200
    assert json.loads(to("v3/alipay/trade/precreate")[1])["qr_code"].startswith("https://")
    assert '"code":"10000"' in to("gateway.do")[1]

    ((_, status, body),) = run(folder, "--folder", QUERY)
    assert (status, json.loads(body)["trade_state"]) == (200, "CLOSED")
