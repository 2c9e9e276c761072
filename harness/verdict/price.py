"""The price of GO: what each missing control costs to get, so that a list can name the cheapest first."""

from __future__ import annotations

from enum import StrEnum

from harness.core.control import Control, Grade, Method, Model, Text
from harness.verdict.precedence import Standing


class Price(StrEnum):
    """What closes a gap, in the order of the list: failures first, because nothing else helps before they are
    mended, or a waiver is wide enough; then what a machine does alone, results that are there and are handed
    in, a person's look, a payment by phone, another's approval, a paper, and ever longer runs against a real
    platform; last what this product cannot judge yet, because nobody else can close that."""

    MEND = "mend"
    WAIVER = "waiver"
    RUN = "run"
    LOAD = "load"
    TESTS = "tests"
    SCANNED = "scanned"
    DECISION = "decision"
    PHONE = "phone"
    APPROVAL = "approval"
    PAPER = "paper"
    EXPERIENCE_RUN = "experience-run"
    SOAK = "soak"
    PRODUCTION_RUN = "production-run"
    CHECK = "check"

    @property
    def order(self) -> int:
        """Position in the list, cheapest first."""
        return list(Price).index(self)

    @property
    def text(self) -> Text:
        """What has to happen, as a noun."""
        return _TEXTS[self]

    @property
    def command(self) -> Text:
        """What to type for it, or that nothing can be typed yet."""
        return _COMMANDS[self]


_TEXTS = {
    Price.MEND: Text(zh="待修复", en="to mend"),
    Price.RUN: Text(zh="演练运行", en="rehearsal run"),
    Price.LOAD: Text(zh="带压测的演练", en="rehearsal with a load"),
    Price.TESTS: Text(zh="应用自己的测试结果", en="results of the app's own tests"),
    Price.SCANNED: Text(zh="漏洞扫描结果", en="a vulnerability scan"),
    Price.DECISION: Text(zh="人工判断", en="person's look"),
    Price.WAIVER: Text(zh="修复或更大的豁免", en="mend or a wider waiver"),
    Price.PHONE: Text(zh="用手机支付", en="payment by phone"),
    Price.APPROVAL: Text(zh="另一人批准", en="another person's approval"),
    Price.PAPER: Text(zh="书面证明", en="attestation"),
    Price.EXPERIENCE_RUN: Text(zh="体验版运行", en="experience run"),
    Price.SOAK: Text(zh="多日观察", en="soak over days"),
    Price.PRODUCTION_RUN: Text(zh="生产运行", en="production run"),
    Price.CHECK: Text(zh="检查尚待实现", en="check not built yet"),
}
_EXPERIENCE = "golive run --target experience --env-file .env.local --budget-fen 70000"
_COMMANDS = {
    Price.MEND: Text(zh="先修复：golive explain 编号 --lang zh", en="mend it first: golive explain ID"),
    Price.RUN: Text.same("golive run"),
    Price.LOAD: Text(
        zh="golive run --load brief；PRF-06：golive run --load capacity",
        en="golive run --load brief; for PRF-06: golive run --load capacity",
    ),
    Price.TESTS: Text(
        zh="golive import junit 文件 --as unit，然后：golive run",
        en="golive import junit FILE --as unit, then: golive run",
    ),
    Price.SCANNED: Text(
        zh="golive scanned 文件，然后：golive run", en="golive scanned FILE, then: golive run"
    ),
    Price.DECISION: Text(
        zh="照检查所说的做并拍照，然后：golive attest 编号 --by 姓名 --file 照片 --valid-until 日期",
        en="do as the check asks, take a picture, then: "
        "golive attest ID --by NAME --file PICTURE --valid-until DATE",
    ),
    Price.WAIVER: Text(
        zh="golive waive 编号 --by 姓名 --owner 负责人 --budget 处数 --reason 理由",
        en="golive waive ID --by NAME --owner OWNER --budget PARTS --reason WHY",
    ),
    Price.PHONE: Text.same(
        "golive pay --attended --target experience --env-file .env.local --budget-fen 10 --merchant PROFILE"
    ),
    Price.APPROVAL: Text(zh="golive approve 编号 --by 姓名", en="golive approve ID --by NAME"),
    Price.PAPER: Text(
        zh="golive attest 编号 --by 姓名 --file 文件 --valid-until 日期",
        en="golive attest ID --by NAME --file FILE --valid-until DATE",
    ),
    Price.EXPERIENCE_RUN: Text.same(_EXPERIENCE),
    Price.SOAK: Text(
        zh="七天：让 golive watch --target experience 常驻，每晚 golive nightly",
        en="seven days: keep golive watch --target experience running, golive nightly each night",
    ),
    Price.PRODUCTION_RUN: Text.same("golive run --target production --env-file .env.local --budget-fen 100"),
    Price.CHECK: Text(zh="无命令：本版本还不能判断它", en="no command: this version cannot judge it yet"),
}
_BY_CONTROL = dict.fromkeys(("PRF-02", "PRF-03", "PRF-04", "PRF-05", "PRF-06"), Price.LOAD) | {
    "CFG-13": Price.TESTS,
    "SEC-09": Price.SCANNED,
}
"""What a rehearsal alone does not decide: it sends a small load, and judges what was handed in before."""
_RUNS = {
    Grade.PAPER: Price.PAPER,
    Grade.SIMULATED: Price.RUN,
    Grade.EXPERIENCE: Price.EXPERIENCE_RUN,
    Grade.PRODUCTION: Price.PRODUCTION_RUN,
}


class Missing(Model):
    """One control that stands between a gate and GO."""

    control: str
    """Its id."""
    standing: Standing
    """Where it stands at the grade below."""
    grade: str
    """The grade of evidence that is wanted."""
    price: Price
    """What would close the gap."""
    reason: Text
    """Why it is missing, in one sentence."""
    tried: bool = True
    """Whether anything was exercised, or handed in, at that grade."""
    needs: tuple[str, ...] = ()
    """What this run's target lacked for it: which human hand, which platform."""


def price_of(
    control: Control,
    grade: Grade,
    standing: Standing,
    *,
    by_phone: bool = False,
    unapproved: bool = False,
) -> Price:
    """What it costs to satisfy a control at a grade, given where it stands there now.

    Args:
        by_phone: whether what is open takes a person who pays with a phone.
        unapproved: whether somebody looked at what is open, and another person has to approve it.
    """
    match standing:
        case Standing.FAIL:
            return Price.MEND
        case Standing.NEEDS_HUMAN:
            of_paper = grade is Grade.PAPER and Method.ATTEST in control.methods
            by_hand = Price.PHONE if by_phone else Price.DECISION
            return Price.APPROVAL if of_paper or unapproved else by_hand
        case Standing.WAIVED_OVER_BUDGET:
            return Price.WAIVER
        case Standing.PLANNED if grade is not Grade.PAPER or Method.ATTEST not in control.methods:
            return Price.CHECK
        case _ if Method.SOAK in control.methods:
            return Price.SOAK
        case _:
            # What nobody attests rests on what somebody hands in and a run judges, as scans are.
            by_run = grade is Grade.PAPER and Method.ATTEST not in control.methods
            price = Price.RUN if by_run else _RUNS[grade]
            return _BY_CONTROL.get(control.id, price) if price is Price.RUN else price
