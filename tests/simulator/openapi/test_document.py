"""What the simulator tells of its operations is valid OpenAPI, is served, and fits what the wires take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from harness.simulator.openapi.document import document, wires_alone
from harness.simulator.openapi.examples import example
from tests.simulator.alipay_side import GATEWAY
from tests.simulator.merchant_side import NOTIFY_URL, REFUNDS, TRANSACTIONS, MerchantSide

PLACE = re.compile(r"\{\w+\}")
VARIABLE = re.compile(r"\{\{(\w+)\}\}")
WRONG = ("x" * 6000, 1.5, {"x": 1})
"""Values that no member of a request's body takes."""
NEEDS_ANOTHER = (REFUNDS, "out_trade_no")
"""May be left out where `transaction_id` stands in its place, which a schema of members does not tell."""


@cache
def told() -> dict[str, Any]:
    return document(wires_alone())


def schema_of(path: str) -> dict[str, Any]:
    content = told()["paths"][path]["post"]["requestBody"]["content"]
    schema: dict[str, Any] = content["application/json"]["schema"]
    return schema


def body_of(path: str, merchant: MerchantSide) -> dict[str, Any]:
    """The request that a collection begins with, filled in."""
    identity = merchant.identity
    own = {
        "WECHAT_PAY_APP_ID": identity.appid,
        "WECHAT_PAY_MCH_ID": identity.mchid,
        "GOLIVE_TEST_OPENID": identity.openid,
        "NOTIFY_URL": NOTIFY_URL,
    }
    made: dict[str, Any] = filled(example("", schema_of(path), notify_url="NOTIFY_URL"), own, path)
    return made


def filled(value: Any, own: Mapping[str, str], path: str) -> Any:
    if isinstance(value, dict):
        return {name: filled(each, own, path) for name, each in value.items()}
    if not isinstance(value, str):
        return value
    return VARIABLE.sub(lambda found: own.get(found[1], f"{found[1]}-{path.rsplit('/', 1)[1]}"), value)


def changed(body: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same with a member left out, of a wrong value, or that nobody knows; at every depth."""
    inner = body
    for name in above:
        inner = inner[name]
    for name, value in inner.items():
        for wrong in (None, *WRONG):
            other = deepcopy(body)
            at = other
            for each in above:
                at = at[each]
            if wrong is None:
                del at[name]
            elif not (isinstance(value, dict) and isinstance(wrong, dict)):
                at[name] = wrong
            else:
                at[name]["nobody_knows"] = 1
            yield name, other
        if isinstance(value, dict):
            yield from changed(body, (*above, name))


def test_it_is_openapi_3_1() -> None:
    assert told()["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(told()).validate()


def test_whoever_reaches_the_simulator_may_read_it(merchant: MerchantSide) -> None:
    answer = merchant.send("GET", "/openapi.json", b"", [])
    assert (answer.status, answer.header("content-type")) == (200, "application/json")
    assert answer.json == told()


def test_every_operation_is_served_by_its_method_and_by_no_other(merchant: MerchantSide) -> None:
    served = 0
    for path, methods in told()["paths"].items():
        for method in ("GET", "POST", "HEAD", "PUT"):
            status = merchant.send(method, PLACE.sub("x", path), b"", []).status
            if method.lower() in methods:
                assert status not in (404, 405), (method, path)
                served += 1
            elif not path.endswith(GATEWAY):  # which takes everything by GET, too
                assert status in (404, 405), (method, path)
    assert served > 35


def test_a_request_that_fits_is_taken_and_one_that_does_not_is_refused(merchant: MerchantSide) -> None:
    tried = 0
    for path in [*(f"{TRANSACTIONS}/{each}" for each in ("native", "jsapi", "h5", "app")), REFUNDS]:
        fits, body = Draft202012Validator(schema_of(path)).is_valid, body_of(path, merchant)
        assert fits(body), path
        taken = merchant.post(path, body)
        assert taken.status == 200 or taken.code == "RESOURCE_NOT_EXISTS", (path, taken.body)
        for name, other in changed(body):
            if (path, name) == NEEDS_ANOTHER and name not in other:
                continue
            assert fits(other) == (merchant.post(path, other).code != "PARAM_ERROR"), (path, name, other)
            tried += 1
    assert tried > 150


def test_the_envelopes_schemas_want_a_signature_and_what_its_operations_want() -> None:
    schema = schema_of("/mcp/v1/wechat/payment/create")
    assert {"signature", "requestId", "outTradeNo", "totalAmount", "paymentType"} <= {*schema["required"]}
    assert schema["properties"]["paymentType"]["enum"] == ["app", "h5", "jsapi", "qr"]


def test_the_gateway_tells_its_methods_with_their_business_members() -> None:
    form = told()["paths"]["/alipay/gateway.do"]["post"]["requestBody"]["content"]
    branches = {
        each["title"]: each["properties"]["biz_content"]["contentSchema"]
        for each in form["application/x-www-form-urlencoded"]["schema"]["oneOf"]
    }
    assert branches["alipay.trade.page.pay"]["required"] == [
        "out_trade_no",
        "total_amount",
        "subject",
        "product_code",
    ]
    assert branches["alipay.trade.wap.pay"]["properties"]["product_code"]["enum"] == [
        "QUICK_WAP_WAY",
        "QUICK_WAP_PAY",
    ]
    assert branches["alipay.trade.query"]["anyOf"] == [
        {"required": ["out_trade_no"]},
        {"required": ["trade_no"]},
    ]


def test_both_paths_of_the_gateway_are_told_and_the_second_says_so() -> None:
    paths = told()["paths"]
    first, second = paths["/gateway.do"], paths["/alipay/gateway.do"]
    assert first.keys() == second.keys() == {"get", "post"}
    for method, operation in first.items():
        same = {"operationId", "x-same-as"}
        assert second[method]["x-same-as"] == "/gateway.do"
        assert {name: each for name, each in second[method].items() if name not in same} == {
            name: each for name, each in operation.items() if name not in same
        }


def test_the_gateway_is_told_by_link_as_well_as_by_form() -> None:
    asked = told()["paths"]["/alipay/gateway.do"]["get"]["parameters"]
    assert {each["name"] for each in asked if each["required"]} >= {"app_id", "method", "sign", "biz_content"}
    assert (
        "alipay.trade.page.pay" in next(each for each in asked if each["name"] == "method")["schema"]["enum"]
    )
