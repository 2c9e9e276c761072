"""A realistic run record, made by code: what a rehearsal leaves behind, with steps and two pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw

from harness.core.control import Artifact, Blame, Check, Grade, Method, Outcome, Step, Text
from harness.evidence import RunMeta, RunRecord
from reports.checklist import load
from reports.judging import look_back, take_snapshots

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CODE_URL = "weixin://wxpay/bizpayurl?pr=Ab3xYz9Kq"
STEPS = ("open the page", "create the order", "pay at the cashier", "wait for the callback", "read the books")
Change = Callable[[Check], Check | None]
BLAMES = {
    Outcome.FAIL: Blame.MERCHANT,
    Outcome.WARN: Blame.MERCHANT,
    Outcome.HARNESS_ERROR: Blame.HARNESS,
}
"""Whose turn it is after each outcome that has to say so."""


@cache
def shopper_page() -> bytes:
    """A picture of a payment page with its code (PNG)."""
    picture = Image.new("RGB", (960, 600), "#f4f5f7")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((250, 60, 710, 540), 16, fill="white", outline="#dfe3e8")
    draw.text((300, 100), "Lakeside Travel - Order 2026-0042", fill="#1d2126")
    draw.text((300, 130), "CNY 19.90", fill="#0f7b4d")
    code = io.BytesIO()
    segno.make(CODE_URL).save(code, kind="png", scale=7)
    picture.paste(Image.open(code).convert("RGB"), (360, 180))
    return _png(picture)


@cache
def payer_page() -> bytes:
    """A picture of the cashier after payment (PNG)."""
    picture = Image.new("RGB", (390, 700), "#ededed")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((145, 150, 245, 250), fill="#07c160")
    draw.line((170, 200, 190, 222, 224, 178), fill="white", width=9)
    draw.text((150, 290), "Payment successful", fill="#1d2126")
    draw.text((165, 320), "CNY 19.90", fill="#1d2126")
    return _png(picture)


def check(control: str, number: int = 0, **changes: object) -> Check:
    """A passed check of a control; `number` moves it in time."""
    plain = {
        "control": control,
        "scenario": f"scenarios/{control[:3].lower()}/test_{control[:3].lower()}.py::test_{control[4:]}",
        "provider": "-" if control[:3] in {"APP", "CFG"} else "wechat",
        "dialect": "-" if control[:3] in {"APP", "CFG"} else "apiv3",
        "outcome": Outcome.PASS,
        "grade": Grade.SIMULATED,
        "started": START + timedelta(seconds=2 * number),
        "duration_s": 0.2 + (number * 37 % 50) / 25,
        "exercised": 3,
    }
    told = plain | changes
    return Check.model_validate({"blame": BLAMES.get(Outcome(str(told["outcome"])))} | told)


def meta(run: str = "20261123T020000Z-a1b2", *, start: datetime = START, **changes: object) -> RunMeta:
    """What a rehearsal of the reference shop says of itself."""
    plain: dict[str, object] = {
        "id": run,
        "started": start,
        "target": "simulator",
        "host": "127.0.0.1:8765",
        "grade": Grade.SIMULATED,
        "gate": "rehearsal",
        "merchant": "shop",
        "subject": "sha256:5f2a9c31",
        "environment": "sha256:0c77e1d4",
        "dialects": ("apiv3",),
        "registered": tuple(sorted(load().exercised)),
        "versions": {"golive": "0.1.0", "python": "3.11.2", "chromium": "140.0", "shop": "0.1.0"},
        "checklist": load().date,
        "command": "golive run",
    }
    return RunMeta.model_validate(plain | changes)


def sample_run(
    runs: Path,
    run: str = "20261123T020000Z-a1b2",
    *,
    start: datetime = START,
    change: Change = lambda check: check,
    finished: bool = True,
    interrupted: bool = False,
    **changes: object,
) -> RunRecord:
    """Write a whole record under `runs` and read it back.

    Args:
        change: may turn a check into another, or drop it by returning None.
        finished: False leaves the record as a killed process does.
        changes: members of `RunMeta` that differ.
    """
    record = RunRecord.create(runs / run, meta(run, start=start, **changes))
    take_snapshots(record, load().model_copy(update={"scenarios": ()}))  # a check a control, not a scenario
    look_back(record)
    end = start
    for each in _checks(record, start):
        changed = change(each)
        if changed is not None:
            record.append(changed)
            end = max(end, changed.started + timedelta(seconds=changed.duration_s))
    if finished:
        record.finish(
            ended=end + timedelta(seconds=1),
            interrupted=interrupted,
            faults=record.meta.faults,
            app_answers=record.meta.app_answers,
        )
    return RunRecord.open(record.folder)


def outcomes(of: Mapping[str, Outcome], message: str = "it was credited twice") -> Change:
    """A change that gives some controls another outcome."""

    def change(check: Check) -> Check:
        if check.control not in of:
            return check
        outcome = of[check.control]
        return check.model_copy(update={"outcome": outcome, "message": message, "blame": BLAMES.get(outcome)})

    return change


def everything(record: RunRecord, start: datetime = START) -> None:
    """Give every control of the checklist a pass at the grade it wants in the end."""
    for number, control in enumerate(load().controls):
        paper = Method.ATTEST in control.methods and not control.rehearsed
        record.append(
            check(
                control.id,
                started=start + timedelta(seconds=number),
                grade=control.confirmed_at,
                exercised=1 if paper else 4,
            )
        )


def _checks(record: RunRecord, start: datetime) -> Iterator[Check]:
    for number, control in enumerate(sorted(load().exercised)):
        plain = check(control, number, started=start + timedelta(seconds=2 * number))
        if control[:3] in {"PAY", "CBK", "QRY"}:
            plain = plain.model_copy(update={"steps": _steps(plain.duration_s, number)})
        if control == "PAY-02":
            plain = plain.model_copy(update={"artifacts": _pictures(record)})
        yield plain


def _steps(duration_s: float, number: int) -> tuple[Step, ...]:
    names = STEPS[: 3 + number % 3]
    share = duration_s / (len(names) + 1)
    return tuple(
        Step(name=name, offset_s=share * index * 1.1, duration_s=share) for index, name in enumerate(names)
    )


def _pictures(record: RunRecord) -> tuple[Artifact, ...]:
    shop = record.add_artifact("pay-02-1.png", shopper_page())
    payer = record.add_artifact("pay-02-2.png", payer_page())
    return (
        Artifact(path=shop, kind="screenshot", title=Text(zh="顾客看到的付款页", en="What the shopper sees")),
        Artifact(path=payer, kind="screenshot", title=Text(zh="付款人看到的结果", en="What the payer sees")),
    )


def _png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()
