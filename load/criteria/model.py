"""A set of criteria: how much load, by which users, and what it must prove. The files stand beside this.

`docs/load.md` shows one with every member explained.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from harness.core.control import Model, Text
from harness.core.dialects import all_dialects
from harness.core.did_you_mean import did_you_mean
from harness.core.money import Fen
from harness.core.payment import Product
from harness.verdict.design import Design
from load.arrivals import Schedule, Segment
from load.criteria.sentence import Metric, Sentence, duration
from load.flows import FLOWS, STORM_RATES, FlowName
from load.key import MERCHANT, NAME, Key

EACH = "each"
"""As a scenario or dialect: every one of them is judged by itself."""
ALL = "all"
"""As a scenario or dialect: they are judged together."""

_AT_A_CHECKOUT = (Product.NATIVE, Product.H5, Product.JSAPI)
_Sentence = Annotated[Sentence, BeforeValidator(Sentence.parse), PlainSerializer(lambda each: each.text)]
Microseconds = Annotated[int, BeforeValidator(duration)]
Rate = Annotated[float, Field(ge=0.001, le=100_000, allow_inf_nan=False)]


class Arrivals(Model):
    """When requests are due, whatever becomes of those before: open arrivals."""

    profile: Literal["constant", "ramp", "step", "poisson"]
    """Even gaps at one rate; a rate that rises evenly; one that rises in steps; random gaps at one rate."""
    rate: Rate
    """Requests a second, at the beginning."""
    seconds: float = Field(ge=0.1, le=86_400)
    to: Rate | None = None
    """Requests a second at the end of a ramp, or on the last step."""
    steps: int = Field(default=1, ge=1, le=100)
    """How many steps of equal length, the first at `rate` and the last at `to`."""

    @model_validator(mode="after")
    def _belongs_together(self) -> Arrivals:
        rising = self.profile in ("ramp", "step")
        if rising != (self.to is not None):
            raise ValueError(f"`to` belongs to ramp and step, and they need it; this is {self.profile}")
        if (self.profile == "step") != (self.steps > 1):
            raise ValueError(
                f"`steps` (2 or more) belongs to step, and it needs them; this is {self.profile}"
            )
        return self

    @property
    def schedule(self) -> Schedule:
        """Every request and when it is due."""
        last = self.rate if self.to is None else self.to
        segments: tuple[Segment, ...] = (Segment(self.seconds, self.rate, last),)
        if self.profile == "step":
            rise = (last - self.rate) / (self.steps - 1)
            levels = [self.rate + rise * step for step in range(self.steps)]
            segments = tuple(Segment(self.seconds / self.steps, level, level) for level in levels)
        return Schedule(segments, poisson=self.profile == "poisson")

    @property
    def requests(self) -> int:
        """How many requests fall due; of random ones the expectation."""
        return max(1, int(self.schedule.expected + 1e-6))


class User(Model):
    """One kind of client in the mix."""

    flow: FlowName
    """What it does. A journey is create, pay, callback, paid; a storm sends callbacks of every kind to the
    merchant; at a checkout a shopper orders from it."""
    scenario: str = Field(default="", pattern=NAME)
    dialect: str = Field(default="", pattern=NAME)
    """Left out where the merchant is asked, and of a storm, which has scenarios of its own, both are."""
    share: int = Field(default=1, ge=1, le=1_000)
    """Its part of the arrivals, among the shares of all."""

    @model_validator(mode="after")
    def _is_complete(self) -> User:
        if self.flow == "storm" and (self.scenario or self.dialect):
            raise ValueError(f"scenario and dialect belong to every flow but storm; this is {self.flow}")
        if self.flow == "checkout":
            ways = [each.value for each in _AT_A_CHECKOUT]
            if self.dialect or self.scenario not in ways:
                raise ValueError(f"checkout has no dialect, and one of these scenarios: {', '.join(ways)}")
        elif self.flow != "storm" and not (self.scenario and self.dialect):
            raise ValueError(f"{self.flow} needs a scenario and a dialect, e.g. h5 and mcp")
        return self

    @model_validator(mode="after")
    def _can_be_played(self) -> User:
        if FLOWS[self.flow].asks_merchant:
            return self
        specs = {each.id: each for each in all_dialects()}
        if self.dialect not in specs:
            near = did_you_mean(self.dialect, specs, most=1)
            raise ValueError(f"{self.dialect!r} is no dialect that a load speaks; {near}")
        spec = specs[self.dialect]
        products = [each.value for each in spec.products if each is not Product.APP]
        if self.scenario not in products:
            near = did_you_mean(self.scenario, products, most=1)
            raise ValueError(f"{self.scenario!r} is no scenario of {spec.id}; {near}")
        lacks = [each for each in FLOWS[self.flow].operations if not spec.can(each)]
        if lacks:
            can = " or ".join(each for each in specs if specs[each].can(lacks[0]))
            able = ", ".join(each for each in FLOWS if all(map(spec.can, FLOWS[each].operations)))
            raise ValueError(
                f"{spec.id} cannot {lacks[0]} an order, as {self.flow} does; use {can} for it; "
                f"{spec.id} plays {able}"
            )
        return self


class Criterion(Model):
    """What some series must show for a control."""

    control: Literal["PRF-01", "PRF-02", "PRF-03", "PRF-05", "PRF-06", "QRY-04"]
    endpoint: str = Field(pattern=NAME)
    scenario: str = Field(default=EACH, pattern=NAME)
    """A name, `each` or `all`."""
    dialect: str = Field(default=EACH, pattern=NAME)
    """A name, `each` or `all`."""
    require: tuple[_Sentence, ...] = Field(min_length=1)

    def covers(self, key: Key) -> bool:
        """Whether it judges a series."""
        return (
            key.endpoint == self.endpoint
            and self.scenario in (EACH, ALL, key.scenario)
            and self.dialect in (EACH, ALL, key.dialect)
        )

    @field_validator("require")
    @classmethod
    def _about_the_judged(cls, require: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        for each in require:
            if each.metric.of_generator:
                raise ValueError(f"{each.text!r} is about the generator; it belongs under `generator`")
        return require


class Misplaced(ValueError):
    """A criterion that does not fit the rest of its set."""

    def __init__(self, what: str, number: int) -> None:
        super().__init__(what)
        self.where: list[Any] = ["criteria", number]


class LoadSet(Model):
    """One file of `load/criteria/`."""

    id: str = Field(pattern=NAME)
    """The file's name without its ending."""
    schema_: Literal[1] = Field(alias="schema")
    title: Text
    grade: Literal["simulated", "experience"]
    """What it may be thrown at. There is no set for production environments: they are never loaded."""
    design: Design = Design.FIXED
    """Whether it is judged once at its end, or may stop as soon as it knows."""
    amount: Fen = Fen(1)
    """Fen of every order it creates."""
    timeout: Microseconds = 10_000_000
    """How long a client waits for an answer; µs (written `10s`). It is above every limit on durations."""
    arrivals: Arrivals
    users: tuple[User, ...] = Field(min_length=1)
    generator: tuple[_Sentence, ...] = Field(min_length=1)
    """How late the generator may be; beyond it the run is inconclusive whatever it measured."""
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    @field_validator("generator")
    @classmethod
    def _about_ourselves(cls, generator: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        for each in generator:
            if not each.metric.of_generator:
                raise ValueError(f"{each.text!r} is not about the generator; it belongs under `criteria`")
        return generator

    @field_validator("amount")
    @classmethod
    def _worth_something(cls, amount: Fen) -> Fen:
        if amount < 1:
            raise ValueError(f"an order of {amount} fen cannot be made; the least is 1")
        return amount

    @model_validator(mode="after")
    def _makes_sense(self) -> LoadSet:
        played = {endpoint for each in self.users for endpoint in FLOWS[each.flow].endpoints}
        for number, criterion in enumerate(self.criteria):
            for each in criterion.require:
                if each.metric in (Metric.PERCENTILE, Metric.SLOWEST) and each.limit >= self.timeout:
                    raise Misplaced(f"{each.text!r} is beyond the timeout and would never be broken", number)
            if criterion.endpoint not in played:
                raise Misplaced(
                    f"no user makes requests to {criterion.endpoint}"
                    + f"; {did_you_mean(criterion.endpoint, sorted(played), most=1)}",
                    number,
                )
            if not self.expected(criterion):
                raise Misplaced(self._unplayed(criterion), number)
            self._refuse_longer_stretches(criterion, number)
            asks_memory = any(each.metric is Metric.MEMORY_GROWTH for each in criterion.require)
            if asks_memory and {key.dialect for key in self.expected(criterion)} != {MERCHANT}:
                raise Misplaced(
                    f"only the merchant's memory is watched; ask that of checkout or callback, not of "
                    f"{criterion.endpoint}",
                    number,
                )
        return self

    @property
    def over_time(self) -> int:
        """How many of its sentences compare moments of a run with each other."""
        return sum(each.metric.over_time for criterion in self.criteria for each in criterion.require)

    @property
    def climbs(self) -> bool:
        """Whether its load is to climb until its criteria break: it asks for capacity and nothing else."""
        return {each.control for each in self.criteria} == {"PRF-06"} and not self.over_time

    def _unplayed(self, criterion: Criterion) -> str:
        """What nobody plays of a criterion, and the nearest that somebody does."""
        played = list(self.expected(criterion.model_copy(update={"scenario": EACH, "dialect": EACH})))
        for member in ("scenario", "dialect"):
            asked = getattr(criterion, member)
            known = sorted({getattr(each, member) for each in played})
            if asked not in (EACH, ALL, *known):
                near = did_you_mean(asked, [*known, EACH, ALL], most=1)
                return f"no user makes {criterion.endpoint} requests of the {member} {asked!r}; {near}"
        key = Key(criterion.endpoint, criterion.scenario, criterion.dialect)
        near = did_you_mean(key.name, sorted(each.name for each in played), most=1)
        return f"no user makes the requests {key.name}; {near}"

    def _refuse_longer_stretches(self, criterion: Criterion, number: int) -> None:
        for each in criterion.require:
            if each.window_s is not None and each.window_s > self.arrivals.seconds:
                longest = int(self.arrivals.seconds)
                near = f"write for {longest}s at most" if longest else "leave it out"
                raise Misplaced(
                    f"{each.text!r} asks for stretches longer than the run, which lasts "
                    f"{self.arrivals.seconds:g} s; {near}",
                    number,
                )

    def expected(self, criterion: Criterion) -> dict[Key, int]:
        """The series that a criterion cannot do without, and how many requests are planned for each."""
        planned: dict[Key, int] = {}
        for user in self.users:
            if criterion.endpoint not in FLOWS[user.flow].endpoints:
                continue
            series = [(user.scenario, user.dialect or MERCHANT, 100)]
            if user.flow == "storm":
                series = [(kind, MERCHANT, percent) for kind, percent in STORM_RATES.items()]
            for scenario, dialect, percent in series:
                key = Key(criterion.endpoint, scenario, dialect)
                if criterion.covers(key):
                    planned[key] = planned.get(key, 0) + self.requests_of(user) * percent // 100
        return planned

    def requests_of(self, user: User) -> int:
        """How many of the arrivals are this user's."""
        return self.arrivals.requests * user.share // sum(each.share for each in self.users)
