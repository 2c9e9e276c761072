"""Bruno's own library reads the folder, and both platforms take what the collection's script signs."""

from __future__ import annotations

import json
import re
from pathlib import Path

from harness.simulator.openapi.bruno import ENVIRONMENT
from tests.interop.node_side import PACKAGES, SCRIPTS, run_node
from tests.interop.test_postman_collection import SECRETS, files_of, none_refused_for_its_signature


def test_its_requests_are_signed_and_taken_and_it_holds_no_key(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = files_of("bruno", environment, tmp_path)
    keys = folder / f"environments/{ENVIRONMENT}.bru"
    text = "".join(each.read_text("utf-8") for each in folder.rglob("*") if each.is_file() and each != keys)
    assert [name for name in (*SECRETS, "WECHAT_PAY_MCH_ID") if environment[name] in text] == []
    assert keys.stat().st_mode & 0o777 == 0o600
    assert (folder / "environments/.gitignore").read_text("utf-8") == "*\n"

    done = run_node(
        "@usebruno/lang", SCRIPTS / "bruno.cjs", str(PACKAGES), str(folder), ENVIRONMENT, "bruno_1"
    )
    assert done.returncode == 0, done.stderr
    answers = {key: (status, body) for key, status, body in json.loads(done.stdout)}
    none_refused_for_its_signature(answers)
    ordered = answers["API v3/post_v3_pay_transactions_native.bru"][1]
    assert json.loads(ordered)["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert answers["API v3/post_v3_security_echo.bru"][0] == 200
    assert '"code":"10000"' in answers["Alipay/alipay.trade.precreate.bru"][1]
    assert json.loads(answers["Alipay/post_v3_alipay_trade_precreate.bru"][1])["qr_code"].startswith(
        "https://"
    )


def test_the_script_keeps_to_what_brunos_reader_of_comments_knows(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """It takes comments out before a script runs, and fails at numbers like `1n`."""
    script = (files_of("bruno", environment, tmp_path) / "collection.bru").read_text("utf-8")
    assert "BigInt(1)" in script
    assert re.findall(r"\b\d+n\b", script) == []
