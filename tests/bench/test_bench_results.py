"""The files of a run: the shape others read, a history that only takes whole runs, a picture of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.history_chart import draw, panels, write_picture
from bench.metrics import Metric, Pair, once, paired
from bench.results import FOLDER, Result, append, history, write
from harness.core.errors import HarnessError, UsageError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def metrics(ratio: float = 0.5) -> list[Metric]:
    return [
        paired("create-apiv3", "1/CPU s", [Pair(1000 * ratio, 1000)], compared_with="signing"),
        once("order-memory", "B", 2000),
    ]


def result(ratio: float = 0.5, *, days: int = 0, quick: bool = False) -> Result:
    return Result.of(metrics(ratio), quick=quick, time=NOON + timedelta(days=days))


def test_latest_has_the_shape_that_others_read(tmp_path: Path) -> None:
    told = json.loads(write(result(), tmp_path).read_text("utf-8"))
    first, second = told["metrics"]
    assert first["name"] == "create-apiv3"
    assert (first["value"], first["unit"], first["baseline"], first["ratio"]) == (500, "1/CPU s", 1000, 0.5)
    assert second["baseline"] is second["ratio"] is None
    for member in ("time", "commit", "python", "machine", "cores"):
        assert told[member]


def test_nothing_measured_is_no_result() -> None:
    with pytest.raises(HarnessError, match="nothing was measured"):
        Result.of([], quick=False)


def test_two_figures_of_one_name_are_refused() -> None:
    with pytest.raises(HarnessError, match="same name"):
        Result.of([*metrics(), *metrics()], quick=False)


def test_the_history_grows_and_comes_back_in_order(tmp_path: Path) -> None:
    for days in (1, 0, 2):
        append(result(days=days), tmp_path)
    assert [each.time.day for each in history(tmp_path)] == [23, 24, 25]
    assert history(tmp_path)[0] == result()


def test_a_quick_run_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not kept"):
        append(result(quick=True), tmp_path)
    assert history(tmp_path) == []


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = append(result(), tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"metrics": []}\n')
    with pytest.raises(UsageError, match=r"history\.ndjson:2"):
        history(tmp_path)


def test_each_figure_has_a_panel_with_a_dot_for_each_run_that_has_it() -> None:
    earlier = Result.of(metrics()[:1], quick=False, time=NOON)
    drawn = panels([earlier, result(0.6, days=1)])
    assert [(panel.name, len(panel.dots)) for panel in drawn] == [("create-apiv3", 2), ("order-memory", 1)]


def test_higher_is_higher_and_the_limit_stands_where_it_belongs() -> None:
    (panel, _) = panels([result(0.5), result(0.7, days=1)])
    low, high = panel.dots
    assert panel.limit_y is not None
    assert low.y > panel.limit_y > high.y
    assert panel.limit == "at least 0.6"


def test_the_picture_is_svg_and_says_what_it_shows(tmp_path: Path) -> None:
    append(result(), tmp_path)
    drawing = ET.fromstring(write_picture(history(tmp_path), tmp_path).read_text("utf-8"))  # noqa: S314
    assert drawing.tag == f"{SVG}svg"
    words = " ".join(text.text or "" for text in drawing.iter(f"{SVG}text"))
    for part in ("create-apiv3", "500 1/CPU s · 0.50", "of signing", "order-memory"):
        assert part in words


def test_a_name_with_markup_stays_text() -> None:
    odd = Result.of([once("<b>&", "s", 1)], quick=False)
    assert "<b>" not in draw([odd])


def test_no_history_is_no_picture() -> None:
    with pytest.raises(UsageError, match="--keep"):
        draw([])


def test_the_committed_history_is_whole_and_drawn() -> None:
    kept = history()
    assert kept
    assert (FOLDER / "history.svg").read_text("utf-8") == draw(kept)
    names = {metric.name for metric in kept[-1].metrics}
    assert {"create-apiv3", "query-apiv3", "create-mcp-2026", "create-mcp-2025", "scenario-slowest"} <= names
