"""What the doctor says of the browser: that it is there, and that it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.browser.launch import Browser, find_browser
from harness.doctor import browser
from harness.doctor.report_line import State


def test_this_machines_browser_draws_a_code_that_is_read_back() -> None:
    found = browser.browsers()
    assert [(line.name, line.state) for line in found] == [
        ("browser", State.OK),
        ("browser-works", State.OK),
    ]
    assert find_browser().version in found[0].detail.en


def test_no_browser_is_one_line_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLIVE_BROWSER", "/absent/chromium")
    (found,) = browser.browsers()
    assert found.state is State.MISSING
    assert "/absent/chromium" in found.detail.en
    assert found.fix is not None
    assert "make setup" in found.fix.zh


def test_a_browser_that_tells_its_version_and_does_not_start_is_missing(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho 'libnss3.so: cannot open shared object file' >&2\nexit 127\n")
    program.chmod(0o755)
    found = browser.works(Browser(str(program), "system", "Chromium 1"))
    assert found.state is State.MISSING
    assert found.detail.en


def test_a_driver_that_ends_at_once_is_a_line_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(found: Browser) -> list[str]:
        raise Exception("Connection closed while reading from the driver")  # noqa: TRY002 - as Playwright does

    monkeypatch.setattr(browser, "draw", ended)
    found = browser.works(Browser("/x", "system", "1"))
    assert (found.state, found.detail.en) == (
        State.MISSING,
        "Connection closed while reading from the driver",
    )


def test_a_browser_that_draws_nothing_readable_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "draw", lambda found: [])
    assert browser.works(Browser("/x", "system", "1")).state is State.MISSING


@pytest.mark.parametrize(
    ("fonts", "state"), [(["Noto Sans CJK SC", "WenQuanYi"], State.OK), ([], State.WARN)]
)
def test_a_machine_without_a_chinese_font_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, fonts: list[str], state: State
) -> None:
    monkeypatch.setattr(browser, "chinese_fonts", lambda: fonts)
    assert browser.font().state is state
