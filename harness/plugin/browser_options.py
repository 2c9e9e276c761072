"""Options of pytest-playwright that do nothing in a rehearsal: refused, so that nobody relies on them.

Scenarios open browsers and phones of their own. A trace or a video would keep in clear what the record hides.
"""

from __future__ import annotations

import pytest

from harness.core.errors import UsageError

_OWN_PICTURES = "the record keeps pictures of every step; a trace or a video would hold its secrets in clear"
_OWN_DEVICES = "scenarios open a computer, a phone and WeChat by themselves; GOLIVE_BROWSER names a browser"
_WITHOUT_EFFECT = {
    "--tracing": ("off", _OWN_PICTURES),
    "--video": ("off", _OWN_PICTURES),
    "--screenshot": ("off", _OWN_PICTURES),
    "--full-page-screenshot": (False, _OWN_PICTURES),
    "--device": (None, _OWN_DEVICES),
    "--browser-channel": (None, _OWN_DEVICES),
    "--slowmo": (0, _OWN_DEVICES),
    "--browser": ([], _OWN_DEVICES),
}
"""Each with its default, and what there is instead."""


def refuse_browser_options(config: pytest.Config) -> None:
    """Look for one that was given.

    Raises:
        UsageError: there is one.
    """
    for flag, (default, instead) in _WITHOUT_EFFECT.items():
        given = config.getoption(flag, default=default)
        if given not in (default, None, ["chromium"]):
            raise UsageError(
                f"{flag} has no effect on scenarios: {instead}",
                where=flag,
                remedy="leave it away, or run tests of your own in a pytest of their own",
            )
