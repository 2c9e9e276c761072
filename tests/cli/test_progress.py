"""What a rehearsal shows while it runs: each reason once, with a count, and nothing before a refusal."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from harness.cli.progress import Progress
from harness.core.control import Check, Outcome
from tests.reports.sample_run import check


@pytest.fixture
def shown() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(shown: io.StringIO) -> Progress:
    return Progress(Console(file=shown, highlight=False, soft_wrap=True))


def warning(number: int, message: str = "answered late") -> Check:
    return check("CBK-11", number, outcome=Outcome.WARN, message=message)


def test_the_same_words_are_said_once_and_counted(progress: Progress, shown: io.StringIO) -> None:
    for number in range(116):
        progress.pytest_golive_checked((warning(number),))
    progress.pytest_golive_checked((warning(117, "another reason"),))
    progress.pytest_sessionfinish()
    lines = shown.getvalue().splitlines()
    assert [line.strip() for line in lines if "answered late" in line] == [
        "answered late",
        "! 116 × answered late",
    ]
    assert sum("another reason" in line for line in lines) == 1
    assert sum("CBK-11" in line for line in lines) == 117


def test_a_failure_with_a_warnings_words_is_told_apart(progress: Progress, shown: io.StringIO) -> None:
    progress.pytest_golive_checked(
        (warning(1), check("CBK-03", outcome=Outcome.FAIL, message="answered late"))
    )
    assert shown.getvalue().count("            answered late") == 2


def test_nothing_is_announced_before_every_other_plugin_agreed() -> None:
    manager = pytest.PytestPluginManager()
    said: list[str] = []

    class Refuses:
        def pytest_collection_finish(self) -> None:
            raise pytest.UsageError

    console = SimpleNamespace(print=said.append)
    manager.register(Refuses())
    manager.register(Progress(console))  # type: ignore[arg-type]
    with pytest.raises(pytest.UsageError):
        manager.hook.pytest_collection_finish(session=SimpleNamespace(items=[1]))
    assert said == []


def test_a_finding_is_told_in_the_language_that_was_asked_for(shown: io.StringIO) -> None:
    chinese = Progress(Console(file=shown, highlight=False, soft_wrap=True), language="zh")
    for number in range(2):
        said = "the order is paid, credited 2×"
        chinese.pytest_golive_checked((check("CBK-03", number, outcome=Outcome.FAIL, message=said),))
    chinese.pytest_sessionfinish()
    assert "            订单为 已支付，入账 2 次" in shown.getvalue()
    assert "2 × 订单为 已支付，入账 2 次" in shown.getvalue()
    assert "credited" not in shown.getvalue()
