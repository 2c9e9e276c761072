"""The page's load section: what it says is what was judged, what it draws is what was measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.evidence.capacity import Capacity
from harness.evidence.load_summary import LoadSummary
from load.key import Key
from load.measurement import Measurement
from load.summary import summarise
from reports.build import PAGE, build
from reports.page.load_plots import gaps
from reports.page.load_view import LOCUST, LoadView, capacity_view, load_view
from tests.load.measured import START, criteria_of, measure
from tests.load.test_over_time import judged, played, watched
from tests.reports.sample_load import FREEZE, calm, climb, criteria, flawed, measured, summary, troubled
from tests.reports.test_page import Markup

FILE = "measurements/summary.json"


def page_of(record: RunRecord) -> str:
    build(record.folder)
    return (record.folder / PAGE).read_text("utf-8")


def read_in(language: str, page: str) -> str:
    """What a reader of one language sees of a page."""
    other = {"zh": "en", "en": "zh"}[language]
    return re.sub("<[^>]*>", "", re.sub(rf'<span class="t" lang="{other}">[^<]*</span>', "", page))


def viewed(record: RunRecord, told: LoadSummary) -> LoadView:
    told.write(record.folder)
    view = load_view(record)
    assert view is not None
    return view


def test_without_a_load_there_is_no_section(rehearsed: RunRecord) -> None:
    text = page_of(rehearsed)
    assert 'class="load"' not in text
    assert ".sentences" not in text


def test_the_same_record_gives_the_same_bytes(rehearsed: RunRecord) -> None:
    troubled().write(rehearsed.folder)
    climb().write(rehearsed.folder)
    assert page_of(rehearsed) == page_of(rehearsed)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text[:-100], "Invalid JSON"),
        (lambda text: text.replace('"schema":1', '"schema":2'), "schema: Input should be 1"),
        (lambda text: text.replace('"step_s":1,"due":[', '"step_s":1,"due":[1,'), "columns of one length"),
        (lambda text: text.replace('"late":""', '"tardy":""'), "late: Field required"),
    ],
    ids=["cut off", "newer", "uneven", "foreign"],
)
def test_a_damaged_summary_is_told_with_its_file(rehearsed: RunRecord, damage: object, message: str) -> None:
    path = calm().write(rehearsed.folder)
    path.write_text(damage(path.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    with pytest.raises(UsageError, match=message) as raised:
        build(rehearsed.folder)
    assert str(path) in str(raised.value)
    assert "a damaged record proves nothing" in str(raised.value)


def test_a_damaged_climb_is_told_with_its_file(rehearsed: RunRecord) -> None:
    path = climb().write(rehearsed.folder)
    path.write_text("[]", "utf-8")
    with pytest.raises(UsageError, match=r"capacity\.json"):
        build(rehearsed.folder)


def test_a_soak_s_growth_stands_against_its_limit_and_its_memory_is_drawn(rehearsed: RunRecord) -> None:
    leaking = watched(lambda hours: 90 + 100 * hours)
    leaking.write(rehearsed.folder)
    view = viewed(rehearsed, summarise(judged(played(), leaking)))
    grown = view.rows[0]
    assert (grown.outcome.value, str(grown.observed)[:5]) == ("fail", "+100.")
    grows, same = (row.interval for row in view.rows)
    assert grows is not None
    assert same is not None
    assert grows.left + grows.width < 50 < same.left
    assert view.memory is not None
    assert view.memory.told.en.startswith("The merchant's memory: from 9")
    page = page_of(rehearsed)
    assert "The merchant's memory over time" in page.replace("&#39;", "'")


def test_every_sentence_has_a_row_with_its_answer(rehearsed: RunRecord) -> None:
    view = viewed(rehearsed, troubled())
    assert [(row.control, row.name, row.outcome.value) for row in view.rows] == [
        ("PRF-01", "create · h5 · mcp", "fail"),
        ("PRF-01", "create · jsapi · apiv3", "pass"),
        ("PRF-03", "create · h5 · mcp", "fail"),
        ("PRF-03", "create · jsapi · apiv3", "fail"),
        ("PRF-03", "create", "fail"),
        ("QRY-04", "query · native · mcp", "fail"),
    ]
    assert view.verdict.en == "5 of 6 criteria failed."
    assert view.colour == "no"
    assert view.rows[0].message.startswith("125 of 1500 requests failed")
    assert view.rows[1].message == ""
    assert view.rows[4].stretch == "40–50 s"


def test_a_calm_load_is_told_in_one_sentence(rehearsed: RunRecord) -> None:
    view = viewed(rehearsed, calm())
    assert (view.verdict.en, view.verdict.zh) == ("All 6 criteria hold.", "6 条判定标准全部通过。")
    assert view.colour == "go"
    assert dict(view.facts) == {
        "requests": "6,000",
        "rate": "60/s",
        "failed": "0",
        "lasted": "100 s",
        "lag": "0.6 ms",
    }


@pytest.mark.parametrize("failed", [0, 1, 5, 10, 11, 15, 20, 40, 60, 120, 500])
def test_a_bar_stands_on_the_side_of_its_limit_that_the_answer_says(
    rehearsed: RunRecord, failed: int
) -> None:
    told = summary(
        measure(latencies=[2_000] * (500 - failed), failed=failed), criteria_of("success_rate > 97%")
    )
    (row,) = viewed(rehearsed, told).rows
    assert row.interval is not None
    left, right = row.interval.left, row.interval.left + row.interval.width
    assert 0 <= left <= row.interval.dot + 0.01
    assert row.interval.dot <= right + 0.01 <= 100.02
    sides = {Outcome.PASS: left >= 50, Outcome.FAIL: right <= 50, Outcome.INCONCLUSIVE: left < 50 < right}
    assert sides[row.outcome]


@pytest.mark.parametrize("latency_ms", [10, 500, 1_990, 2_010, 20_000])
def test_the_bar_of_a_percentile_stands_on_its_side_too(rehearsed: RunRecord, latency_ms: int) -> None:
    told = summary(measure(latencies=[latency_ms * 1_000] * 500), criteria_of("p99 < 2s"))
    (row,) = viewed(rehearsed, told).rows
    assert row.interval is not None
    if row.outcome is Outcome.PASS:
        assert row.interval.left >= 50
    else:
        assert row.outcome is Outcome.FAIL
        assert row.interval.left + row.interval.width <= 50


def test_a_percentile_that_is_a_failed_request_stands_at_the_bad_end(rehearsed: RunRecord) -> None:
    told = summary(measure(latencies=[1_000] * 900, failed=100), criteria_of("p99 < 2s"))
    (row,) = viewed(rehearsed, told).rows
    assert row.interval is not None
    assert (row.interval.left, row.interval.dot) == (0, 0)
    assert row.bounds == ""


def test_of_no_request_there_is_a_row_and_no_bar(rehearsed: RunRecord) -> None:
    view = viewed(
        rehearsed, summary(Measurement(started=START), criteria_of("success_rate > 95%", "p99 < 2s"))
    )
    assert [(row.outcome, row.interval, row.bounds) for row in view.rows] == [
        (Outcome.INCONCLUSIVE, None, "")
    ] * 2
    assert view.verdict.en == "0 of 2 criteria hold; the rest is not known yet."
    assert "no request was made" in page_of(rehearsed)


def test_counts_have_figures_and_no_bar(rehearsed: RunRecord) -> None:
    told = summary(measure(latencies=[1_000] * 900), criteria_of("failures = 0", "requests >= 10"))
    assert [(row.observed, row.interval) for row in viewed(rehearsed, told).rows] == [
        ("0", None),
        ("900", None),
    ]


def test_a_freeze_is_shaded_and_quiet_moments_are_not() -> None:
    ((left, width),) = gaps(troubled().whole)
    assert left == pytest.approx(FREEZE[0] / 1_000_000, abs=1.5)
    assert width == pytest.approx(20, abs=2)
    assert gaps(calm().whole) == ()
    sparse = summary(measure(latencies=[2_000] * 20, seconds=100), criteria_of("success_rate > 5%"))
    assert gaps(sparse.whole) == ()


def test_the_limit_of_a_series_is_drawn_and_its_percentile_marked(rehearsed: RunRecord) -> None:
    card = viewed(rehearsed, calm()).cards[0]
    assert [tick.label for tick in card.latency.limits] == ["PRF-03 p99 < 3s, p90 < 3s for 10s"]
    ((x, y),) = [(dot.x, dot.y) for dot in card.curve.dots]
    assert y == card.curve.limits[0].at
    assert x == next(tick.at for tick in card.curve.columns if tick.label == "p99")


def test_series_that_did_not_pass_are_open_and_others_folded(rehearsed: RunRecord) -> None:
    flawed_only = summary(measured(fails=flawed))
    flawed_only.write(rehearsed.folder)
    folds = [
        "open" in attrs
        for tag, attrs in Markup(page_of(rehearsed)).elements
        if tag == "details" and attrs.get("class") == "series"
    ]
    assert folds == [True, False, False]


def test_failures_come_with_reasons_commonest_first_and_the_rest_in_one(rehearsed: RunRecord) -> None:
    measurement = measure(latencies=[1_000] * 100)
    for number in range(12):
        measure(failed=number + 1, reason=f"reason {number}", into=measurement)
    view = viewed(rehearsed, summary(measurement, criteria_of("success_rate > 5%")))
    assert [share.figure for share in view.reasons] == ["12", "11", "10", "9", "8", "7", "6", "5", "10"]
    assert view.reasons[0].label == "reason 11"


def test_whatever_a_reason_says_is_text(rehearsed: RunRecord) -> None:
    measurement = measure(latencies=[1_000] * 10, failed=5, reason="<script>alert(1)</script>")
    summary(measurement, criteria_of("success_rate > 5%")).write(rehearsed.folder)
    text = page_of(rehearsed)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_late_generator_is_told_before_any_figure(rehearsed: RunRecord) -> None:
    late = measure(latencies=[60_000] * 500, lag=lambda number: 50_000)
    view = viewed(rehearsed, summary(late, criteria_of("p99 < 20ms")))
    assert view.colour == "wait"
    assert [share.kind for share in view.lags] == ["no", "go"]
    text = page_of(rehearsed)
    assert text.index("The generator fell behind") < text.index('class="sentences"')


def test_a_load_that_was_cut_short_says_so(rehearsed: RunRecord) -> None:
    measurement = measure(latencies=[1_000] * 500)
    measurement.unsent = 7
    summary(measurement, criteria_of("success_rate > 95%")).write(rehearsed.folder)
    text = page_of(rehearsed)
    assert "so nothing passes" in text
    assert "due and never sent: 7." in read_in("en", text)
    assert "应发未发：7." in read_in("zh", text)


def test_locust_s_own_page_is_linked_where_it_is(rehearsed: RunRecord) -> None:
    assert viewed(rehearsed, calm()).locust == ""
    path = rehearsed.folder / LOCUST
    path.parent.mkdir(exist_ok=True)
    path.write_text("<html></html>", "utf-8")
    assert f'<a href="{LOCUST}">' in page_of(rehearsed)


def test_every_word_is_there_in_both_languages(rehearsed: RunRecord) -> None:
    before = [attrs.get("lang") for _, attrs in Markup(page_of(rehearsed)).elements]
    troubled().write(rehearsed.folder)
    climb().write(rehearsed.folder)
    after = [attrs.get("lang") for _, attrs in Markup(page_of(rehearsed)).elements]
    added = {each: after.count(each) - before.count(each) for each in ("zh", "en")}
    assert added["zh"] == added["en"] > 50


def test_identifiers_are_single_and_links_have_their_ends(rehearsed: RunRecord) -> None:
    troubled().write(rehearsed.folder)
    climb().write(rehearsed.folder)
    markup = Markup(page_of(rehearsed))
    ids = markup.values("id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in markup.values("href")} <= set(ids)
    assert set(markup.values("aria-labelledby")) <= set(ids)


def test_two_dozen_series_that_all_fail_add_less_than_two_hundred_kilobytes(rehearsed: RunRecord) -> None:
    small = len(page_of(rehearsed).encode())
    measurement = Measurement(started=START)
    for number in range(24):
        spread = [2_000 + (moment * 104_729 * (number + 1)) % 9_000_000 for moment in range(300)]
        measure(Key("create", f"scenario-{number}", "mcp"), spread, seconds=300, into=measurement)
    summary(measurement, criteria()).write(rehearsed.folder)
    assert len(page_of(rehearsed).encode()) - small < 200_000


def test_a_climb_shows_its_knee_and_what_broke(rehearsed: RunRecord) -> None:
    climb(knee=160).write(rehearsed.folder)
    view = capacity_view(rehearsed)
    assert view is not None
    assert [(tick.label, tick.at) for tick in view.plot.marks] == [("160/s", 75.5)]
    assert [dot.kind for dot in view.plot.dots] == ["go"] * 5 + ["no"]
    assert view.plot.dots[-1].label == "200/s: p99 4.1 s; p99 < 3s"
    text = page_of(rehearsed)
    assert "200/s – p99 &lt; 3s" in text


def test_a_climb_that_broke_at_once_has_no_knee(rehearsed: RunRecord) -> None:
    climb(knee=0).write(rehearsed.folder)
    view = capacity_view(rehearsed)
    assert view is not None
    assert view.plot.marks == ()
    assert "A criterion broke at the lowest rate already" in page_of(rehearsed)


def test_a_climb_that_never_broke_says_so(rehearsed: RunRecord) -> None:
    climb(knee=200).write(rehearsed.folder)
    text = page_of(rehearsed)
    assert "Every criterion held up to the highest rate" in text
    assert "≥ 200/s" in text
    view = capacity_view(rehearsed)
    assert view is not None
    assert view.plot.marks == (), "a knee that was not found is not drawn"


def test_a_late_generator_is_not_called_a_broken_criterion(rehearsed: RunRecord) -> None:
    path = climb(knee=160).write(rehearsed.folder)
    told = path.read_text("utf-8").replace('"held":false', '"held":false,"saturated":true')
    path.write_text(told.replace('"saturated":false', '"saturated":true'), "utf-8")
    text = page_of(rehearsed)
    assert "The generator fell behind, so nothing is concluded" in text
    assert "≥ 160/s" in text


def test_a_climb_without_a_step_is_not_drawn(rehearsed: RunRecord) -> None:
    Capacity(steps=()).write(rehearsed.folder)
    assert capacity_view(rehearsed) is None


def test_members_that_a_later_climb_adds_do_no_harm(rehearsed: RunRecord) -> None:
    path: Path = climb().write(rehearsed.folder)
    path.write_text(path.read_text("utf-8").replace('"held":true', '"outcome":"pass","note":"more"'), "utf-8")
    path.write_text(path.read_text("utf-8").replace('"held":false', '"outcome":"inconclusive"'), "utf-8")
    found = Capacity.read(rehearsed.folder)
    assert found is not None
    assert found.knee == 160
    assert capacity_view(rehearsed) is not None
