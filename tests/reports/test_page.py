"""The page as a file: self-contained, complete, and deaf to whatever a record's texts try."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from harness.core.control import Artifact, Check, Outcome, Text
from harness.evidence import RunRecord
from reports.build import PAGE, build
from reports.checklist import load
from tests.reports.sample_run import outcomes, sample_run


class Markup(HTMLParser):
    """Every element of a page with its attributes, and everything in it that could fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, *names: str) -> list[str]:
        return [attrs[name] for _, attrs in self.elements for name in names if name in attrs]


def page_of(record: RunRecord) -> str:
    build(record.folder)
    return (record.folder / PAGE).read_text("utf-8")


def test_nothing_outside_the_file_is_ever_asked_for(rehearsed: RunRecord) -> None:
    text = page_of(rehearsed)
    markup = Markup(text)
    sources = markup.values("src", "srcset", "poster", "data", "action", "background", "xlink:href")
    links = markup.values("href")
    assert sources
    assert all(source.startswith("data:image/") for source in sources)
    assert links
    assert all(link.startswith("#") for link in links)
    assert not re.search(r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text)
    assert not re.search(r"@import|url\(|\bfetch\(|XMLHttpRequest|importScripts|\bimport\(", text)
    assert {"link", "iframe", "object", "embed", "base"}.isdisjoint(tag for tag, _ in markup.elements)


def test_the_page_forbids_the_browser_to_fetch(rehearsed: RunRecord) -> None:
    policy = next(
        attrs["content"]
        for tag, attrs in Markup(page_of(rehearsed)).elements
        if attrs.get("http-equiv") == "Content-Security-Policy" and tag == "meta"
    )
    assert policy.startswith("default-src 'none'; img-src data:;")


def test_every_control_of_the_catalogue_stands_on_the_page_once(rehearsed: RunRecord) -> None:
    ids = Counter(
        attrs["id"]
        for _, attrs in Markup(page_of(rehearsed)).elements
        if "control" in attrs.get("class", "").split()
    )
    assert ids == Counter(control.id for control in load().controls)


def test_no_identifier_stands_twice_and_every_link_has_its_end(rehearsed: RunRecord) -> None:
    markup = Markup(page_of(rehearsed))
    ids = Counter(markup.values("id"))
    assert ids.most_common(1)[0][1] == 1
    assert {link.removeprefix("#") for link in markup.values("href")} <= set(ids)
    assert set(markup.values("aria-labelledby")) <= set(ids)


def test_every_word_is_there_in_both_languages(rehearsed: RunRecord) -> None:
    spans = Counter(
        attrs["lang"] for _, attrs in Markup(page_of(rehearsed)).elements if attrs.get("class") == "t"
    )
    verdicts_in_chinese_only = 3
    assert spans["zh"] == spans["en"] + verdicts_in_chinese_only


def test_every_picture_has_words(rehearsed: RunRecord) -> None:
    pictures = [
        attrs for tag, attrs in Markup(page_of(rehearsed)).elements if tag == "img" and "src" in attrs
    ]
    assert [attrs["alt"] for attrs in pictures] == [
        "顾客看到的付款页 / What the shopper sees",
        "付款人看到的结果 / What the payer sees",
    ]


def test_pictures_stand_under_the_dialect_they_were_taken_on(runs: Path) -> None:
    over = {"PAY-02": "apiv3", "PAY-06": "envelope", "CFG-01": "-"}

    def scattered(check: Check) -> Check | None:
        if check.control not in over:
            return None
        picture = Artifact(
            path=f"artifacts/{check.control}.png",
            kind="screenshot",
            title=Text(zh="图", en=f"seen by {check.control}"),
        )
        return check.model_copy(update={"dialect": over[check.control], "artifacts": (picture,)})

    text = page_of(sample_run(runs, change=scattered))
    headings = ["Envelope: signed REST", "Classic: API v3", "Whatever the dialect"]
    places = [text.index(f">{words}<") for words in headings]
    pictures = [text.index(f"seen by {control}<") for control in ("PAY-06", "PAY-02", "CFG-01")]
    assert sorted([*places, *pictures]) == [
        place for pair in zip(places, pictures, strict=True) for place in pair
    ]
    assert "Model Context Protocol" not in text


def test_headings_descend_one_step_at_a_time(rehearsed: RunRecord) -> None:
    levels = [int(tag[1]) for tag, _ in Markup(page_of(rehearsed)).elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_a_picture_whose_file_is_gone_is_told(rehearsed: RunRecord) -> None:
    (rehearsed.folder / "artifacts" / "pay-02-1.png").unlink()
    assert page_of(rehearsed).count("The picture is no longer in the record") == 1


def test_a_picture_outside_the_record_is_not_shown(runs: Path) -> None:
    record = sample_run(runs)
    (runs / "private.png").write_bytes(b"\x89PNG private")
    results = record.folder / "results.ndjson"
    results.write_text(
        results.read_text("utf-8").replace("artifacts/pay-02-1.png", "../private.png"), "utf-8"
    )
    assert page_of(record).count("The picture is no longer in the record") == 1


NASTY = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_texts_of_a_record_stay_text(runs: Path) -> None:
    def tags(message: str, name: str, **changes: object) -> Counter[str]:
        record = sample_run(runs, name, change=outcomes({"CBK-11": Outcome.FAIL}, message), **changes)  # type: ignore[arg-type]
        return Counter(tag for tag, _ in Markup(page_of(record)).elements)

    nasty = {"merchant": NASTY, "host": NASTY, "command": NASTY, "versions": {NASTY: NASTY}}
    assert tags(NASTY, "nasty", **nasty) == tags("credited twice", "plain")


def test_a_failing_control_is_named_at_the_top(runs: Path) -> None:
    text = page_of(sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}, "credited twice")))
    assert text.index("credited twice") < text.index('class="gates"')


def test_controls_that_a_profile_drops_are_listed_fatal_first(runs: Path) -> None:
    text = page_of(sample_run(runs, capabilities=("login", "qr")))
    block = text[text.index('class="dropped"') :].partition("</ul>")[0]
    listed = re.findall(r'href="#([A-Z]{3}-\d\d)"', block)
    severities = [load().control(id_).severity for id_ in listed]
    assert len(listed) == 17
    assert severities == sorted(severities, key="FMS".index)


def test_the_page_says_how_to_rebuild_it(rehearsed: RunRecord) -> None:
    moment = rehearsed.meta.ended
    assert moment is not None
    assert f"golive report runs/{rehearsed.meta.id} --as-of {moment.isoformat()}" in page_of(rehearsed)


@pytest.mark.parametrize("gate", ["rehearsal", "production"])
def test_the_gate_that_was_asked_for_is_marked(runs: Path, gate: str) -> None:
    text = page_of(sample_run(runs, gate=gate))
    cards = re.findall(r'<tr class="gate [^"]*"', text)
    assert ["judged" in card for card in cards] == [
        gate == each for each in ("rehearsal", "experience", "production")
    ]
