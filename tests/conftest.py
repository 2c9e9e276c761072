"""For all tests: a browser, their order, and a Hypothesis profile, `mutation`, that finds a mutant with few
examples and does not explain it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, is_hypothesis_test, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, sync_playwright

from harness.browser.launch import find_browser, launch_arguments
from tests.longest_first import longest_first
from tests.rehearsal_alone import leave_it_the_machine

# Runs of tests seal with a key of their own, and leave none in anybody's home. All processes of a session
# have the same, for what one of them sealed another judges.
if "PYTEST_XDIST_WORKER" not in os.environ or "GOLIVE_SEAL_KEY" not in os.environ:
    os.environ["GOLIVE_SEAL_KEY"] = str(Path(tempfile.mkdtemp(prefix="golive-tests-")) / "seal.key")
os.environ["GOLIVE_HISTORY_URL"] = "none"
# Nor do they stand in the history of anybody's runs.

settings.register_profile(
    "mutation",
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),  # a busy machine must not pass for a test that noticed
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first."""
    items[:] = longest_first(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """No test begins beside the whole rehearsal that tests share."""
    leave_it_the_machine()


def pytest_collection_finish(session: pytest.Session) -> None:
    """The first text drawn makes a table of every character there is, and reads the constants of our modules:
    the test that drew it would be told that its strategy is slow. So no test's draw is the first."""
    if any(is_hypothesis_test(getattr(item, "obj", None)) for item in session.items):
        find(st.text(), lambda _: True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's browser, started the way the product starts it; one for all tests of a module, since
    Playwright's loop would be in the way of other tests of the process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser().executable, args=launch_arguments()
        )
        yield browser
        browser.close()
