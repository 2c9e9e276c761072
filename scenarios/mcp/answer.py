"""What an endpoint answered to a message by hand: as JSON, as a stream of events, or as neither."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from harness.core.event_stream import answers, is_event_stream, messages_in

INVALID_REQUEST, INVALID_PARAMS = -32600, -32602
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class RpcAnswer:
    """HTTP status and JSON-RPC message of an answer.

    Args:
        message: empty where there is none that answers.
        text: of the whole answer, for what must stand nowhere in it.
        beside: the messages that came before it in its stream: notices, requests of the server's own.
    """

    status: int
    headers: Mapping[str, str]
    message: Mapping[str, Any]
    text: str
    beside: Sequence[Mapping[str, Any]] = ()

    @property
    def result(self) -> Mapping[str, Any] | None:
        """Its result; None: it was refused, or cannot be read."""
        found = self.message.get("result")
        return found if isinstance(found, dict) and self.status == 200 else None

    @property
    def error(self) -> Mapping[str, Any]:
        """Its error; empty where there is none."""
        found = self.message.get("error")
        return found if isinstance(found, dict) else {}

    @property
    def taken(self) -> bool:
        """Whether a tool did what it was called for."""
        return self.result is not None and self.result.get("isError") is not True

    @property
    def blames_arguments(self) -> bool:
        """Whether it is the very refusal that arguments get: by the tool, or as invalid; no breakdown."""
        by_tool = self.result is not None and self.result.get("isError") is True
        return by_tool or self.error.get("code") in (INVALID_PARAMS, INVALID_REQUEST)

    @property
    def words(self) -> str:
        """The answer in a few words."""
        said = self.text
        if self.error:
            said = f"{self.error.get('code')} {self.error.get('message')}"
        elif self.result is not None:
            said = "refused by the tool" if self.result.get("isError") else "taken"
        return f"HTTP {self.status}, {said[:LONGEST_WORDS] or 'nothing'}"


def read(answer: httpx.Response, *, asked: int) -> RpcAnswer:
    """The message that answers the request of this id."""
    message: Any = None
    beside: list[Mapping[str, Any]] = []
    if is_event_stream(answer.headers):
        for each in messages_in(answer.content, ended=True):
            if answers(each, asked):
                message = each
                break
            beside.append(each)
    else:
        with suppress(ValueError, RecursionError):
            message = json.loads(answer.content)
    fits = isinstance(message, dict) and answers(message, asked)
    return RpcAnswer(answer.status_code, answer.headers, message if fits else {}, answer.text, beside)
