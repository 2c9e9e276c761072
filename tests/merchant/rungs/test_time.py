"""The app's clock is moved and its query job run as the profile says; what does not fit names its line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from harness.core.errors import ConfigurationError
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.profile import MerchantProfile
from harness.processes.serving import listen, serving

NOW = "2026-11-28T10:00:00+08:00"
PROFILE = """base_url = "{}"
build = "stall-1"
capabilities = ["qr"]
"""
Loaded = Callable[[str], MerchantProfile]


async def _clock(request: Request) -> Response:
    if request.headers.get("authorization") != "Bearer sesame":
        return RedirectResponse("/login", 302)
    asked = await request.json()
    return JSONResponse({"now": NOW, "asked": asked})


async def _login(_: Request) -> Response:
    return HTMLResponse('<form method="post"><input type="password" name="p"></form>')


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[Loaded]:
    app = Starlette(routes=[Route("/clock", _clock, methods=["POST"]), Route("/login", _login)])
    with serving(app, listen()) as base_url:

        def read(lines: str) -> MerchantProfile:
            file = tmp_path / "stall.toml"
            file.write_text(PROFILE.format(base_url) + lines, "utf-8")
            return MerchantProfile.load(str(file))

        yield read


def test_a_request_moves_the_clock_with_a_header_of_the_environment(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_TOKEN", "sesame")
    profile = loaded(
        '[time]\nrequest = "POST /clock"\njson = { seconds = "{seconds}" }\n'
        'headers = { Authorization = "Bearer $OPS_TOKEN" }\n'
    )
    with MerchantClient(profile) as client:
        told = client.advance(90)
    assert told is not None
    assert told.isoformat() == NOW
    assert "sesame" in profile.secrets


def test_a_command_is_told_the_seconds_and_the_moment(loaded: Loaded, tmp_path: Path) -> None:
    (tmp_path / "clock.py").write_text(
        "import json, sys; open('asked', 'w').write(' '.join(sys.argv[1:])); "
        f"print(json.dumps({{'now': {NOW!r}}}))"
    )
    command = json.dumps([sys.executable, "clock.py", "{seconds}", "{now}"])
    with MerchantClient(loaded(f"[time]\ncommand = {command}\n")) as client:
        told = client.advance(86400)
    assert told is not None
    seconds, now = (tmp_path / "asked").read_text().split()
    assert seconds == "86400"
    assert now.startswith("20")


def test_a_clock_behind_a_sign_in_did_not_move(loaded: Loaded) -> None:
    profile = loaded('[time]\nrequest = "POST /clock"\njson = { by = "{seconds}" }\n')
    with (
        MerchantClient(profile) as client,
        pytest.raises(ProfileGap, match=r"did not move: the app asks to sign in.*line 4 \(time\)"),
    ):
        client.advance(1)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('[time]\ncommand = ["./clock.sh", "{secs}"]\n', r"no placeholder \{secs\}.*\{seconds\}, \{now\}"),
        ('[time]\ncommand = ["./clock.sh"]\n', "say by how much"),
        ('[time]\ncommand = ["a", "{now}"]\n[observer]\nclock = "/clock"\n', "leave one of them out"),
        ('[query_job]\ncommand = ["./job.sh", "{out_trade_no}"]\n', "here exist none"),
        ('[query_job]\nrequest = "/jobs"\n', r"line 5 \(query_job.request\)"),
    ],
    ids=["unknown", "no placeholder", "two clocks", "job", "no method"],
)
def test_what_cannot_be_meant_is_refused_when_it_is_read(loaded: Loaded, lines: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        loaded(lines)
