"""One run while it goes on: its options, its record, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import pytest

from harness.core.clock import wire_now
from harness.core.control import AFTERWARDS, Blame, Check, Grade, Outcome, Text
from harness.core.errors import GoLiveError
from harness.core.findings import told_in
from harness.core.money import Fen
from harness.core.plain_text import one_line
from harness.evidence import META, Recorder, RunRecord, plant, search
from harness.evidence.attacks import count_attacks
from harness.gateways.guard import Guard
from harness.gateways.order_cleanup import ASKED, OrderCleanup, RequestedOrder, summary
from harness.plugin.marks import NO_WIRE, Exercise, provider_of
from harness.plugin.options import Options
from harness.plugin.session.journal import Journal
from harness.plugin.session.run_history import RunHistory
from harness.plugin.session.scenario_result import ScenarioResult
from harness.plugin.target.policy import TargetPolicy
from harness.plugin.target.rules_in_force import RulesInForce, rules_in_force
from harness.processes.scratch import disk_is_full
from harness.verdict import Judgement, exit_code, open_points, verdict_lines
from harness.verdict.reasons import GRADES
from reports.judging import judge_record

ORDERS = "artifacts/orders.ndjson"
"""Every order asked for at an endpoint that nobody plays, and what became of it."""


class RunEnding(NamedTuple):
    """How the run ended: the exit code, and the terminal's last lines."""

    code: int
    lines: list[str]


@dataclass(slots=True)
class Rehearsal:
    """Everything that lives as long as the run."""

    options: Options
    record: RunRecord
    recorder: Recorder
    policy: TargetPolicy
    planned: int = 0
    """Scenarios that were chosen to run."""
    others_failed: bool = False
    """Whether a test that is no scenario failed in the same pytest; the record knows nothing of it."""
    concluded: int = 0
    """Scenarios that have ended, here or in a worker process."""
    order_cleanup: OrderCleanup | None = None
    """Closes what was ordered; None where the platform is played."""
    passed_over: Text | None = None
    """Which earlier runs in the same folder count for nothing, where any do."""
    history: RunHistory = field(init=False)
    unanswered: str = ""
    """What a side that was gone when everything ended did not answer."""
    confide: Callable[[frozenset[str]], None] | None = None
    """Who else searches the record for secrets, and has to know them."""
    _secrets: set[str] = field(default_factory=set)
    _broken: list[str] = field(default_factory=list)
    _begun: float = field(default_factory=time.monotonic)
    _searched: float = 0.0
    """When the folder was last searched for secrets and had none, in seconds since the epoch."""

    def __post_init__(self) -> None:
        """Made-up secrets go in unannounced: the search at the end proves that typed fields are hidden."""
        self.history = RunHistory(self.options)
        self._secrets |= set(plant(self.recorder))
        if isinstance(self.policy.guard, Guard) and self.policy.settings is not None:
            self.policy.guard.on_order = self._asked_for
            settings = self.policy.settings
            self.order_cleanup = OrderCleanup.of(
                self.policy.guard, settings.wechat, (self.recorder,), alipay=settings.alipay
            )

    @property
    def grade(self) -> Grade:
        """What the run's evidence is worth."""
        return self.policy.graded.grade

    def hide(self, texts: Iterable[str]) -> None:
        """These texts must never reach the record; the finished record is searched for them."""
        fresh = frozenset(text for text in texts if text) - self._secrets
        self._secrets |= fresh
        self.recorder.hide(fresh)
        if fresh and self.confide is not None:
            self.confide(fresh)

    def begin(self, nodeid: str, exercises: tuple[Exercise, ...], dialect: str) -> ScenarioResult:
        """A scenario starts: what happens from now on belongs to it."""
        self.recorder.begin(nodeid)
        name = nodeid.rpartition("::")[2].removeprefix("test_").partition("[")[0]
        prefix = f"{exercises[0].control}-{name}" + (f"-{dialect}" if dialect != NO_WIRE else "")
        return ScenarioResult(nodeid, exercises, dialect, Journal(self.record, prefix))

    def conclude(self, notes: ScenarioResult) -> tuple[Check, ...]:
        """A scenario ended: its checks, as they were kept, are on disk when this returns."""
        kept = tuple([self.keep(check) for check in notes.checks(self.grade, self.recorder.end())])
        self.concluded += 1
        return kept

    def keep(self, check: Check) -> Check:
        """Append one check; what broke on a full disk is nobody's failure."""
        if check.outcome in (Outcome.FAIL, Outcome.HARNESS_ERROR) and disk_is_full():
            check = _undecided_on_a_full_disk(check)
        return self.record.append(check)

    @property
    def trouble(self) -> tuple[str, ...]:
        """What broke that was ours: outside of every scenario, or in keeping exchanges."""
        lost = [] if self.recorder.failure is None else [f"exchanges were not kept: {self.recorder.failure}"]
        return (*self._broken, *lost)

    def break_invariant(self, control: str, nodeid: str, dialect: str, message: str) -> None:
        """What holds after every scenario did not hold after this one."""
        self.keep(
            Check(
                control=control,
                scenario=nodeid + AFTERWARDS,
                provider=provider_of(dialect),
                dialect=dialect,
                outcome=Outcome.FAIL,
                grade=self.grade,
                started=wire_now(),
                duration_s=0.0,
                message=message,
                blame=Blame.AMBIGUOUS,
                exercised=1,
            )
        )

    def broke(self, what: str) -> None:
        """Something of ours broke outside of every scenario: whatever was recorded, it is no GO."""
        self._broken.append(self.record.redactor.text(what))

    def finish(self) -> RunEnding:
        """Close the record, search it for secrets, and judge it; what is found there spoils the verdict.

        A run that stopped before its plan was done counts as interrupted, whatever stopped it.
        """
        made = self._cleared()
        ended, interrupted = wire_now(), self.concluded < self.planned
        rules = self._fault_rules()
        finish = partial(
            self.record.finish,
            ended=ended,
            interrupted=interrupted,
            lasted_s=time.monotonic() - self._begun,
            app_answers=self.recorder.app_answers,
            fault_rules=rules.told,
            unmet_rules=rules.unmet,
        )
        finish()
        if faults := self._problems():
            finish(faults=faults)
        judgement = judge_record(self.record)
        gate = self.record.meta.gate
        points = [
            *self._unanswered(),
            *self._passed_over(),
            *self._attacks(),
            *self._unasked(),
            *self._open_points(judgement),
            *self.history.keep(self.record, judgement),
        ]
        said = [*made, *points, *verdict_lines(judgement, gate, self.options.language)]
        return RunEnding(exit_code(judgement, gate), [self.tellable(line) for line in said])

    def tellable(self, line: str) -> str:
        """A line as anybody may see it: without the secrets of the run, and without what a terminal obeys."""
        return one_line(self.record.redactor.text(line))

    def leaks(self) -> list[str]:
        """Where a secret of this run stands in its folder, as one sentence; empty when nowhere.

        Asked once more, it looks at what was written meanwhile.
        """
        folder = self.record.folder
        found = search(folder, self._secrets, since=self._searched)
        if not found:  # the folder's own clock, which may be another machine's
            self._searched = (folder / META).stat().st_mtime
        if len(found) > 1:
            more = len(found) - 1
            return [f"secrets of this run stand in {found[0]} and {more} more: do not share the record"]
        return [f"a secret of this run stands in {each}: do not share the record" for each in found]

    def _cleared(self) -> list[str]:
        """Close what is still open at a real endpoint, and say which orders were made there."""
        if self.order_cleanup is None:
            return []
        self.order_cleanup.close_open()
        self.order_cleanup.close_connections()
        orders = self.order_cleanup.requested()
        if orders:
            self.record.write_lines(ORDERS, map(self._order_line, orders))
        return summary(orders, self.order_cleanup.guard.budget, self.options.language)

    def _asked_for(self, out_trade_no: str, amount: Fen) -> None:
        """On disk before it is sent: whoever kills this run leaves the list of what may be open."""
        self.record.append_line(ORDERS, self._order_line(RequestedOrder(out_trade_no, amount, ASKED)))

    def _order_line(self, order: RequestedOrder) -> dict[str, object]:
        line: dict[str, object] = self.record.redactor.members(order._asdict())
        return line

    def _passed_over(self) -> list[str]:
        return [] if self.passed_over is None else [self.passed_over.spoken(self.options.language)]

    def _unanswered(self) -> list[str]:
        if not self.unanswered:
            return []
        word = Text(zh="收尾时：", en="at the end: ").spoken(self.options.language)
        return [f"{word}{told_in(self.unanswered, self.options.language)}"]

    def _attacks(self) -> list[str]:
        """How many attacks on callbacks count, where there were any."""
        counted = count_attacks(self.record.folder)
        lang = self.options.language
        word = Text(zh="攻击：", en="attacks: ").spoken(lang)
        return [f"{word}{counted.text.spoken(lang)}"] if any(counted) else []

    def _unasked(self) -> list[str]:
        """That a run says nothing of the merchant, where it does not."""
        meta = self.record.meta
        unasked = Text(
            zh="商户（{merchant}）未被问及：本次对它什么也没说",
            en="the merchant ({merchant}) was asked nothing: this says nothing of it",
        ).filled(merchant=meta.merchant)
        return [] if meta.merchant_asked else [unasked.spoken(self.options.language)]

    def _open_points(self, judgement: Judgement) -> list[str]:
        """What a real endpoint left open, control by control, and why its evidence is worth no more."""
        if self.policy.played or judgement.selection is not None:
            return []
        lang = self.options.language
        graded = Text(zh="证据等级", en="graded").spoken(lang)
        grade = GRADES[self.grade].spoken(lang)
        reasons = [f"{graded} {grade}: {text.spoken(lang)}" for text in self.policy.graded.reasons]
        if self.options.attended:  # whoever paid once did not ask for all that is missing
            return reasons
        listed = list(judgement.gates)[max(self.grade - Grade.SIMULATED, 1)]
        return [*reasons, *open_points(judgement, listed, lang, lambda need: told_in(need, lang))]

    def _fault_rules(self) -> RulesInForce:
        """Those of its start, and those that somebody let stand while it went on."""
        meta = self.record.meta
        with suppress(GoLiveError):  # a simulator that is gone tells no more than it did
            told, unmet = rules_in_force(self.policy, since=meta.started)
            known = tuple(dict.fromkeys((*meta.fault_rules, *told)))
            # One that was there at the start and is told no more was a scenario's, and is over.
            return RulesInForce(known, tuple(each for each in known if each in unmet or each not in told))
        return RulesInForce(meta.fault_rules, meta.unmet_rules)

    def _problems(self) -> list[str]:
        """Bugs of our own that make the record unfit to be shown, and results that are not this run's."""
        altered = self.record.altered()
        return [*self.trouble, *([altered] if altered else []), *self.leaks()]


def _undecided_on_a_full_disk(check: Check) -> Check:
    why = (
        "the disk of temporary files is full, and everything on this machine fails: free some room, run again"
    )
    return check.model_copy(
        update={
            "outcome": Outcome.INCONCLUSIVE,
            "blame": Blame.ENVIRONMENT,
            "message": f"{why}. {check.message}",
        }
    )


REHEARSAL = pytest.StashKey[Rehearsal]()
