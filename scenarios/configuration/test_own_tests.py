"""The merchant's own tests ran to their end: none failed, and none passed by being skipped (P§3)."""

from __future__ import annotations

from harness.plugin import ImportedTests, Journal, control


@control("CFG-13", dialects=())
def test_your_own_tests_passed_without_skipping(own_tests: ImportedTests, journal: Journal) -> None:
    wrong: list[str] = []
    for phase, each in own_tests.kept.items():
        journal.observe(f"{phase} tests of {each.source}: {each.passed} passed")
        if each.failed:
            wrong.append(f"{each.failed_count} {phase} tests failed: {', '.join(each.failed[:5])}")
        if each.skipped:
            wrong.append(f"{each.skipped_count} {phase} tests did not run: {', '.join(each.skipped[:5])}")
        if each.lucky:
            journal.warn(
                f"{phase} tests passed at a second try, or as expected failures: {', '.join(each.lucky[:5])}"
            )
        if stale := own_tests.stale(each):
            journal.doubt(stale)
    if own_tests.missing:
        journal.doubt(f"no results of {', '.join(own_tests.missing)} tests were imported")
    assert not wrong, "; ".join(wrong)
