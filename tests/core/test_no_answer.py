"""Errors of the HTTP libraries become ours, and whether anything was sent is never guessed."""

from __future__ import annotations

import subprocess
import sys

import httpx
import httpx2
import pytest

from harness.core.errors import EnvironmentUnreachable, UnknownOutcome
from harness.core.no_answer import no_answer, reason_of


def mapped(error: Exception) -> EnvironmentUnreachable | UnknownOutcome:
    return no_answer(
        error,
        where="create",
        unsent="no connection",
        start="start it",
        unsure="no answer",
        then="query",
    )


@pytest.mark.parametrize("library", [httpx, httpx2])
@pytest.mark.parametrize(
    "name", ["ConnectError", "ConnectTimeout", "LocalProtocolError", "PoolTimeout", "ProxyError"]
)
def test_before_a_connection_nothing_was_sent(library: object, name: str) -> None:
    error = getattr(library, name)("refused")
    ours = mapped(error)
    assert isinstance(ours, EnvironmentUnreachable)
    assert (ours.what, ours.where, ours.remedy) == ("no connection: refused", "create", "start it")
    assert ours.__cause__ is error


@pytest.mark.parametrize("library", [httpx, httpx2])
@pytest.mark.parametrize("name", ["ReadTimeout", "WriteTimeout", "ReadError", "RemoteProtocolError"])
def test_after_it_nobody_knows(library: object, name: str) -> None:
    error = getattr(library, name)("broken")
    ours = mapped(error)
    assert isinstance(ours, UnknownOutcome)
    assert (ours.what, ours.where, ours.remedy) == ("no answer: broken", "create", "query")
    assert ours.__cause__ is error


def test_a_time_that_is_over_is_no_proof_of_anything() -> None:
    ours = mapped(TimeoutError())
    assert isinstance(ours, UnknownOutcome)
    assert ours.what == "no answer: not complete in time"


def test_an_error_without_a_word_is_named() -> None:
    assert reason_of(httpx.ReadError("")) == "ReadError"


def test_the_error_tree_and_its_mapping_load_no_http_library() -> None:
    loaded = "print({'httpx', 'httpx2'} & set(sys.modules))"
    asked = f"import sys, harness.core.errors, harness.core.no_answer; {loaded}"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "set()"
