"""A mid-range phone on a slow network: how long its owner waits until a page can be used."""

from __future__ import annotations

import os
import time

from playwright.sync_api import Browser, StorageState

from harness.browser.devices import PHONE
from harness.browser.page_actions import open_page, visible

CPU_SLOWER = 4
"""Times a phone of the middle range is slower than the machine of this run."""
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6e6 / 8 * 0.9,
    "uploadThroughput": 750e3 / 8 * 0.9,
}
"""The developer tools' `Slow 4G`: ms a request, bytes a second."""
PATIENCE_S = 20.0
_SPIN_S = 0.05
_HELD_UP = 1.25
"""Times longer than its own processor time that a busy loop may take on a quiet machine."""


def seconds_until_usable(browser: Browser, url: str, *, button: str, state: StorageState) -> float:
    """Open a page once on such a phone, with nothing cached.

    Args:
        button: the `data-testid` of what the payer presses.
        state: what the browser keeps of signing in.

    Returns:
        From the start of the navigation until the page's scripts have run and the button can be pressed.

    Raises:
        AssertionError: it could not be pressed within `PATIENCE_S`.
        EnvironmentUnreachable: nothing serves the page.
    """
    context = browser.new_context(**PHONE, storage_state=state)
    try:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", SLOW_4G)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
        # It waits for the document: scripts that are deferred have run then.
        open_page(page, url, "the payment page", patience_s=PATIENCE_S)
        pressed = visible(page.get_by_test_id(button), "the button that pays", patience_s=PATIENCE_S)
        if not pressed.is_enabled():
            raise AssertionError(f"the button {button} is there and cannot be pressed")
        return float(page.evaluate("performance.now()")) / 1000
    finally:
        context.close()


def machine_was_busy() -> bool:
    """Whether other programs had the processor a moment ago: more wanted it than there are cores, or it is
    taken away from us now."""
    wall, own = time.perf_counter(), time.process_time()
    while time.process_time() - own < _SPIN_S:
        pass
    held_up = (time.perf_counter() - wall) / _SPIN_S > _HELD_UP
    return held_up or os.getloadavg()[0] > (os.cpu_count() or 1)
