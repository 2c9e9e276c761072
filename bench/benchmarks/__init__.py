"""The benchmarks, a module each. A new one needs no registration: it has `TITLE` and `measure(bench)`."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from bench.metrics import Metric
from bench.plan import Bench

__all__ = ["Benchmark", "benchmarks"]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One module of this package: what it is called, what it says it does, how it measures."""

    name: str
    title: str
    measure: Callable[[Bench], Sequence[Metric]]


def benchmarks() -> list[Benchmark]:
    """Every benchmark, in the order of their names."""
    modules = {each.name: import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)}
    return [Benchmark(name, module.TITLE, module.measure) for name, module in sorted(modules.items())]
