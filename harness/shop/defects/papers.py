"""Files that somebody hands in for a shop, and that nobody should have called a success."""

from __future__ import annotations

import json
from collections.abc import Mapping


def _junit(passed: int, skipped: int = 0) -> str:
    """Results of so many tests, as most runners write them."""
    cases = [f'<testcase classname="shop" name="test {number}"/>' for number in range(passed)]
    cases += [
        f'<testcase classname="shop" name="pays {number}"><skipped message="no account"/></testcase>'
        for number in range(skipped)
    ]
    return f'<testsuite tests="{passed + skipped}" skipped="{skipped}">{"".join(cases)}</testsuite>'


END_TO_END_SKIPPED: Mapping[str, str] = {
    "unit": _junit(12),
    "integration": _junit(5),
    "end-to-end": _junit(0, skipped=3),
}
"""Green in CI, which has no account to pay with: each test that pays skips itself."""

_LIBRARY = "package-lock.json"
_SCAN = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "scanner",
                    "rules": [{"id": "CVE-2021-23337", "properties": {"security-severity": "7.2"}}],
                }
            },
            "invocations": [{"executionSuccessful": True}],
            "artifacts": [{"location": {"uri": _LIBRARY}}],
            "results": [
                {
                    "ruleId": "CVE-2021-23337",
                    "message": {"text": "command injection in lodash"},
                    "locations": [{"physicalLocation": {"artifactLocation": {"uri": _LIBRARY}}}],
                }
            ],
        }
    ],
}

HIGH_FOUND: Mapping[str, str] = {"scan.sarif": json.dumps(_SCAN)}
"""A whole scan that is right, and was handed in unread."""
