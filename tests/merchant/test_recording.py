"""Playwright's recorder is opened at the app, and what it recorded becomes a line of the profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.merchant.drafting.recording import Recording
from harness.merchant.profile import MerchantProfile

PROFILE = """base_url = "http://127.0.0.1:5000"
build = "stall-1"
capabilities = ["qr"]
price_yuan = "88.00"
"""
STEPS = "from playwright.sync_api import Page\n\ndef test_example(page: Page) -> None:\n    page.goto('/')\n"
SCREEN = {"DISPLAY": ":0"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "stall.toml"
    written.write_text(PROFILE, "utf-8")
    return written


def recorder(command: Sequence[str]) -> int:
    """Stands in for Playwright's, which wants a screen."""
    (output,) = [each for each in command if each.startswith("--output=")]
    Path(output.removeprefix("--output=")).write_text(STEPS, "utf-8")
    assert command[-1] == "http://127.0.0.1:5000"
    return 0


def test_the_profile_names_what_was_recorded(file: Path) -> None:
    assert Recording(file, "qr", recorder).record(SCREEN).read_text("utf-8") == STEPS
    trigger = MerchantProfile.load(str(file)).order.qr
    assert trigger is not None
    assert trigger.steps == "order.py"


def test_without_a_display_it_says_what_to_do_and_records_nothing(file: Path) -> None:
    with pytest.raises(EnvironmentUnreachable, match=r"no display .*record on a computer that has one"):
        Recording(file, "qr", recorder).record({})
    assert file.read_text("utf-8") == PROFILE


def test_what_is_described_already_is_not_replaced(file: Path) -> None:
    file.write_text(PROFILE + '[order.qr]\npage = "/"\n', "utf-8")
    with pytest.raises(UsageError, match=r"says already .*line 5 \(order.qr\)"):
        Recording(file, "qr", recorder).record(SCREEN)


def test_a_window_that_was_only_closed_recorded_nothing(file: Path) -> None:
    with pytest.raises(UsageError, match="nothing was recorded"):
        Recording(file, "qr", lambda _: 0).record(SCREEN)
    assert file.read_text("utf-8") == PROFILE
