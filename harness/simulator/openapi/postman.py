"""The requests as a Postman collection (format 2.1) and its environment: two files to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.core.plain_text import json_text
from harness.simulator.openapi.requests import ABOUT, BASE, VARIABLES, Asked, Pairs, script

COLLECTION = "golive.postman_collection.json"
ENVIRONMENT = "golive.postman_environment.json"
_FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_KEY = "PRIVATE_KEY"


def collection(title: str, requests: Sequence[Asked]) -> dict[str, str]:
    """The file of the collection, by name: a folder a wire, and the script that signs."""
    folders: dict[str, list[dict[str, Any]]] = {}
    for each in requests:
        folders.setdefault(each.wire, []).append(_item(each))
    made = {
        "info": {"name": title, "description": ABOUT, "schema": _FORMAT},
        "item": [{"name": name, "item": items} for name, items in folders.items()],
        "event": [
            {
                "listen": "prerequest",
                "script": {"type": "text/javascript", "exec": script("postman").splitlines()},
            }
        ],
        "variable": _pairs(tuple(VARIABLES.items())),
    }
    return {COLLECTION: json_text(made, indent=2) + "\n"}


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The file of the environment, by name; private keys are marked as secrets."""
    values = [
        {"key": name, "value": value, "type": "secret" if _KEY in name else "default", "enabled": True}
        for name, value in settings.items()
    ]
    made = {"name": "GoLive simulator", "values": values, "_postman_variable_scope": "environment"}
    return {ENVIRONMENT: json_text(made, indent=2) + "\n"}


def _item(asked: Asked) -> dict[str, Any]:
    url = {
        "raw": asked.url,
        "host": [BASE],
        "path": asked.path.lstrip("/").split("/"),
        "query": _pairs(asked.query),
    }
    request: dict[str, Any] = {"method": asked.method, "header": _pairs(asked.headers), "url": url}
    if asked.form:
        request["body"] = {"mode": "urlencoded", "urlencoded": _pairs(asked.form)}
    elif asked.body is not None:
        request["body"] = {"mode": "raw", "raw": asked.body, "options": {"raw": {"language": "json"}}}
    return {"name": asked.name, "request": request}


def _pairs(pairs: Pairs) -> list[dict[str, str]]:
    return [{"key": name, "value": value} for name, value in pairs]
