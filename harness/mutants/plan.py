"""Which runs a kill matrix consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Literal

from harness.core.control import Defect
from harness.core.dialects import dialects
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.core.payment import Provider
from harness.plugin.defects import DEFECTS
from harness.shop.variants.registry import VARIANTS
from load.criteria.choice import NO_LOAD, load_controls, smallest

SIDES = ("shop", "endpoint")
PATIENCE_S = 240
"""How long the scenarios of one control may take; the slowest take 20 s on a quiet core."""
PATIENCE_WHOLE_S = 1500
"""How long all scenarios may take."""
_AGAIN = "-again"


@dataclass(frozen=True, slots=True)
class Job:
    """One run of scenarios: with one defect, or with none."""

    name: str
    """The defect's name, or `correct-1`; the run's folder is called so."""
    defect: Defect | None = None
    controls: tuple[str, ...] = ()
    """Whose scenarios are run; empty: every one."""
    until_killed: bool = False
    """Whether the run may end as soon as the defect's own control has failed."""

    variant: str = ""
    """Which of the correct shops it is about; empty: the reference shop as it is."""
    alone: bool = False
    """Whether nothing else runs meanwhile: a load that has to be passed wants the whole machine."""
    loads: bool = False
    """Whether it makes a load that has to be failed: nothing but other such loads runs meanwhile."""
    leaves_open: bool = False
    """Whether checks of the correct one may stay undecided: a foreign app shows less than ours."""
    again: bool = False
    """Whether it is the second run, of one that could say nothing."""

    @property
    def title(self) -> str:
        """What it is called where people read of it."""
        return self.defect.id if self.defect else self.first

    @property
    def first(self) -> str:
        """The name of the run in the plan that this one is, or repeats."""
        return self.name.removesuffix(_AGAIN) if self.again else self.name

    def once_more(self, controls: tuple[str, ...] = ()) -> Job:
        """The same run in a folder of its own, of these controls alone if any are named."""
        return replace(self, name=self.name + _AGAIN, controls=controls or self.controls, again=True)

    @property
    def patience_s(self) -> int:
        """Seconds after which the run is stopped and counts as an error."""
        return PATIENCE_S if self.defect is not None and self.controls else PATIENCE_WHOLE_S

    @property
    def gives_way(self) -> bool:
        """Whether it may wait for others: a correct shop has to be decided at once, and a load is timed."""
        return self.defect is not None and not (self.alone or self.loads)

    @property
    def arguments(self) -> list[str]:
        """What pytest is told beside the scenarios and the place of the record."""
        defect = [f"--defect={self.defect.id}"] if self.defect else []
        variant = [f"--variant={self.variant}"] if self.variant else []
        whole = []
        if self.defect and not self.controls:  # with the load that its own control needs, if any
            whole = [f"--load={smallest([self.defect.control]) if self.alone else NO_LOAD}"]
        wire = [f"-k={each}" for each in [self._wire] if each and self.until_killed]
        return ["--one-by-one", f"--only={','.join(self.controls)}", *defect, *variant, *whole, *wire]

    @property
    def _wire(self) -> str:
        """The wire of Alipay's after which the defect is called: on WeChat's nothing of it can be seen."""
        name = self.defect.id if self.defect else ""
        return next((each for each in dialects(provider=Provider.ALIPAY) if name.startswith(f"{each}-")), "")


@dataclass(frozen=True, slots=True)
class Plan:
    """All runs of a matrix; the correct shop's come first, for they take longest, and loads come last."""

    mode: Literal["quick", "wide", "soak"]
    only: tuple[str, ...]
    jobs: tuple[Job, ...]


def plan(*, only: str = "", wide: bool = False, runs: int = 1, soak: int | None = None) -> Plan:
    """The runs that were asked for.

    Args:
        only: defects, controls, sections or sides (`shop`, `endpoint`), separated by commas.
        wide: let every defect meet every scenario, rather than those of its own control until it is caught.
        runs: how many runs of correct shops there are beside the defects: the reference shop first, then
            its variants in turn, and so on.
        soak: that many runs of correct shops, and no defect.

    Raises:
        UsageError: a word of `only` names nothing; the message says what is near.
    """
    words = tuple(filter(None, (part.strip() for part in only.split(","))))
    chosen = choose(words)
    # A narrowed matrix asks the correct shop no more than it asks the defects.
    controls = tuple(dict.fromkeys(defect.control for defect in chosen)) if words else ()
    loaded = load_controls()
    together = bool(loaded & set(controls))
    shops = islice(cycle(("", *VARIANTS)), soak or runs)
    correct = tuple(
        Job(f"correct-{number}", variant=variant, controls=controls, alone=together)
        for number, variant in enumerate(shops, start=1)
    )
    if soak is not None:
        return Plan("soak", words, correct)
    wrong = [
        Job(
            each.id,
            each,
            () if wide else (each.control,),
            until_killed=not wide,
            alone=wide and each.control in loaded,
            loads=not wide and each.control in loaded,
        )
        for each in chosen
    ]
    wrong.sort(key=lambda job: job.alone or job.loads)
    return Plan("wide" if wide else "quick", words, (*correct, *wrong))


def may_begin(job: Job, beside: Sequence[Job], workers: int) -> bool:
    """Whether a job may begin while these run.

    Args:
        workers: how many there may be at once; of loads one less, so that each has a core of its own.
    """
    if not beside:
        return True
    if any(each.alone for each in (job, *beside)) or any(each.loads != job.loads for each in beside):
        return False
    return len(beside) < (workers - 1 if job.loads else workers)


def choose(words: Sequence[str]) -> tuple[Defect, ...]:
    """The defects that any of the words names, in the order they are declared; all without a word."""
    if not words:
        return tuple(DEFECTS.values())
    chosen: set[str] = set()
    for word in words:
        named = {defect.id for defect in DEFECTS.values() if word.casefold() in _names(defect)}
        if not named:
            raise _unknown(word)
        chosen |= named
    return tuple(defect for defect in DEFECTS.values() if defect.id in chosen)


def _names(defect: Defect) -> set[str]:
    """Every word that chooses it."""
    control = defect.control.casefold()
    return {defect.id, defect.side, control, control.partition("-")[0]}


def _unknown(word: str) -> UsageError:
    known = set().union(*map(_names, DEFECTS.values()))
    shown = [each if each in DEFECTS or each in SIDES else each.upper() for each in sorted(known)]
    return UsageError(
        f"no defect, and no control with a defect, is called {word!r}",
        where="--only",
        remedy=did_you_mean(word, shown, otherwise=f"did you mean {', '.join(SIDES)}?"),
    )
