"""The options of a rehearsal: one table, of which `golive run` and pytest make theirs.

Every field of `Options` is a row. A new option is a new field, and whoever uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from harness.core.errors import UsageError
from harness.plugin.pay_words import (
    read_address,
    read_amount,
    read_name,
    read_photos,
    read_seconds,
    read_ways,
    read_wires,
)
from harness.plugin.run_words import (
    read_budget,
    read_controls,
    read_defects,
    read_language,
    read_rate,
    read_requests,
    read_sequence,
    read_target,
    read_variants,
)

if TYPE_CHECKING:
    from harness.core.control import Language
    from harness.core.money import Fen

EMBEDDED = "simulator"
"""The target that we play ourselves."""
OUR_SHOP = "shop"
"""The merchant that we play ourselves."""
SETS = ("full", "smoke")
PLAN_FILE = Path(".env.local")
"""The settings of every other target, unless told otherwise: the file the merchant's own app reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One row: how an option is written, explained and read."""

    help: str
    read: Callable[[Any], Any]
    """From what was typed to the value. Raises `UsageError`."""
    name: str = ""
    """The field."""
    flag: str = ""
    """Empty: named like the field."""
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    path: Literal["", "file", "folder"] = ""
    default: object = None
    shown: str = ""
    """The default in words, where the help does not say it."""
    front: Literal["both", "golive", "pytest", "pay"] = "both"
    """Who declares it; `pay` is `golive pay` alone. Pytest is asked for every one: another plugin may have
    declared what we do not."""

    @property
    def is_switch(self) -> bool:
        """Whether it is written without a value."""
        return self.read is bool

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be written more than once."""
        return self.default == ()

    @property
    def explained(self) -> str:
        """The help with its default."""
        return f"{self.help}  [default: {self.shown}]" if self.shown else self.help


def _option(help_: str, read: Callable[[Any], Any] = str, *, default: object, **more: Any) -> Any:
    return field(default=default, metadata={"row": Option(default=default, help=help_, read=read, **more)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asked for, checked."""

    target: str = _option(
        "simulator (embedded), experience, production, or the URL of an endpoint.",
        read_target,
        shown=EMBEDDED,
        default=EMBEDDED,
    )
    merchant: str = _option("shop (ours), or a merchant profile (TOML).", shown=OUR_SHOP, default=OUR_SHOP)
    env_file: Path | None = _option(
        "Settings of the target [default: .env.local; the embedded simulator has its own].",
        Path,
        path="file",
        default=None,
    )
    other_env: Path | None = _option(
        "The other edition's settings, compared (CFG-11): production's, or at production the experience's.",
        Path,
        path="file",
        default=None,
    )
    budget: Fen | None = _option(
        "What all orders at a real target may be worth together; without it nothing is ordered there.",
        read_budget,
        flag="--budget-fen",
        metavar="FEN",
        default=None,
    )
    rate: float = _option(
        "Requests a second at a real target, at most 1.", read_rate, metavar="N", shown="1", default=1.0
    )
    ca_file: Path | None = _option(
        "Believe these certificates instead of public roots; evidence then counts as simulated.",
        Path,
        path="file",
        default=None,
    )
    gate: str = _option(
        "The gate that decides the exit code [default: the highest the grade allows].", default=""
    )
    only: frozenset[str] = _option(
        "Controls or sections, e.g. CBK,PAY-02.", read_controls, metavar="IDS", default=frozenset()
    )
    """Control ids; empty: every control."""
    smoke: bool = _option(
        "smoke: every scenario that needs neither browser nor load.",
        lambda given: given == "smoke",
        flag="--set",
        choices=SETS,
        shown=SETS[0],
        default=False,
    )
    load: str = _option(
        "Load criteria: smoke, brief, nightly, pre-upgrade, a .yaml file, or none.",
        metavar="SET",
        shown="smoke",
        default="auto",
    )
    """A set or file, `none`, or `auto`: the smallest that will do."""
    load_processes: int = _option("Processes that make the load.", int, shown="1", front="pytest", default=1)
    load_requests: str = _option(
        "Keep every request of the load.",
        read_requests,
        choices=("csv", "parquet"),
        front="pytest",
        default="",
    )
    load_metrics: int = _option(
        "Port on loopback where a Prometheus reads how the load goes.",
        int,
        metavar="PORT",
        front="pytest",
        default=0,
    )
    out: Path | None = _option(
        "Folder of the record [default: runs/<time>].", Path, path="folder", default=None
    )
    runs: Path = _option(
        "Folder of all run records.", Path, path="folder", shown="runs", front="pytest", default=Path("runs")
    )
    papers: Path | None = _option(
        "Folder of papers, which the record keeps [default: papers, beside the runs].",
        Path,
        path="folder",
        default=None,
    )
    defects: tuple[str, ...] = _option(
        "Be wrong on purpose, e.g. skips-signature; repeatable. `golive shop --list-defects` and "
        "`golive simulator --help` name every defect.",
        read_defects,
        flag="--defect",
        metavar="NAME",
        default=(),
    )
    variants: tuple[str, ...] = _option(
        "Be right in another way; repeatable. `golive shop --list-variants` names every variant.",
        read_variants,
        flag="--variant",
        metavar="NAME",
        default=(),
    )
    mutation: int | None = _option(
        "Of the mutated callbacks (CBK-16) only the one of this seed, as a failure names it.",
        int,
        metavar="SEED",
        default=None,
    )
    sequence: tuple[str, ...] | None = _option(
        "Of the sequences of steps (QRY-02, PAY-11) only this one, as a failure names it.",
        read_sequence,
        metavar="STEPS",
        default=None,
    )
    headed: bool = _option(
        "Show the browser.", bool, front="golive", default=False
    )  # pytest-playwright declares it
    language: Language = _option(
        "Language of what is said [default: the terminal's].",
        read_language,
        flag="--lang",
        choices=("zh", "en"),
        front="golive",
        default="en",
    )
    one_by_one: bool = _option(
        "One scenario after the other. A whole rehearsal otherwise runs its wires side by side, each with a "
        "simulator, a shop and a browser of its own.",
        bool,
        default=False,
    )

    attended: bool = _option(
        "Somebody with a phone is here, pays, and says what it showed.", bool, front="pay", default=False
    )
    ways: frozenset[str] = _option(
        "qr, h5 or jsapi; repeatable. One payment each, on each wire that the target speaks.",
        read_ways,
        flag="--scenario",
        metavar="WAY",
        front="pay",
        shown="qr",
        default=(),
    )
    """Empty: by QR."""
    payer: str = _option(
        "Whose money moves.",
        flag="--provider",
        choices=("wechat", "alipay"),
        shown="wechat",
        front="pay",
        default="wechat",
    )
    wires: frozenset[str] = _option(
        "Only over these wires, e.g. mcp or apiv3; repeatable.",
        read_wires,
        flag="--wire",
        metavar="WIRE",
        front="pay",
        shown="each that the target speaks",
        default=(),
    )
    amount: Fen | None = _option(
        "What each payment is worth [default: 1, which is ¥0.01].",
        read_amount,
        metavar="FEN",
        front="pay",
        default=None,
    )
    refund: bool = _option(
        "Give each payment back, and wait until that is done.", bool, front="pay", default=False
    )
    wait_s: float = _option(
        "How long to wait for each payment, and for each refund.",
        read_seconds,
        flag="--wait",
        metavar="SECONDS",
        shown="300",
        front="pay",
        default=300.0,
    )
    direct: bool = _option(
        "Order at the endpoint ourselves though --merchant names an app: its callbacks are not judged.",
        bool,
        front="pay",
        default=False,
    )
    by: str = _option(
        "Who looks at the phone [default: asked].", read_name, metavar="NAME", front="pay", default=""
    )
    answers: str = _option(
        "Answers from a TOML file, or line by line from the input (-), instead of a terminal.",
        metavar="FILE",
        front="pay",
        default="",
    )
    photos: tuple[Path, ...] = _option(
        "A photo of the phone to keep with the record (PNG or JPEG); repeatable.",
        read_photos,
        flag="--photo",
        metavar="FILE",
        front="pay",
        default=(),
    )
    phone_ip: str = _option(
        "The phone's public address, which H5 orders name.",
        read_address,
        metavar="IP",
        front="pay",
        default="",
    )
    pay_page: Path | None = _option(
        "Write the page with the code, the link or the JSAPI call to this file, too.",
        Path,
        flag="--page",
        path="file",
        front="pay",
        default=None,
    )
    no_history: bool = _option(
        "Leave this run out of the history, and ask nothing of it (docs/history.md).", bool, default=False
    )

    def defects_of(self, side: str) -> tuple[str, ...]:
        """The chosen defects of one side (`shop` or `endpoint`)."""
        from harness.plugin.defects import DEFECTS

        return tuple(name for name in self.defects if DEFECTS[name].side == side)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Options:
        """The checked options, of what was typed for each field; what is missing or None was not typed.

        Raises:
            UsageError: an unknown target, control or defect, with the nearest names there are; or a file
                that cannot be written here.
        """
        typed = [row for row in TABLE if given.get(row.name) is not None and given[row.name] not in ((), [])]
        options = cls(**{row.name: row.read(given[row.name]) for row in typed})
        options = replace(options, env_file=options.env_file or _plan_file(options.target))
        if options.variants and options.merchant != OUR_SHOP:
            raise UsageError(
                f"the variant {options.variants[0]!r} is of our own shop, and --merchant names another",
                where="--variant",
                remedy="leave one of the two away",
            )
        ours = {"shop": options.merchant == OUR_SHOP, "endpoint": options.env_file is None}
        for side, command in (("shop", "golive shop"), ("endpoint", "golive simulator")):
            for name in () if ours[side] else options.defects_of(side):
                # A defect that nobody switches on would be a run that passes and proves the opposite.
                raise UsageError(
                    f"the defect {name!r} cannot be switched on in what this run did not start",
                    where="--defect",
                    remedy=f"start it with the defect: {command} --defect {name}",
                )
        return options


OPTIONS = pytest.StashKey[Options]()

TABLE: tuple[Option, ...] = tuple(
    replace(
        each.metadata["row"],
        name=each.name,
        flag=each.metadata["row"].flag or "--" + each.name.replace("_", "-"),
    )
    for each in fields(Options)
)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options to pytest."""
    group = parser.getgroup("golive", "GoLive: rehearse a payment integration")
    for row in TABLE:
        more: dict[str, Any] = {"help": row.explained}
        if row.is_switch:
            more["action"] = "store_true"
        elif row.choices:
            more["choices"] = row.choices
        else:
            more |= {
                "action": "append" if row.is_repeatable else "store",
                "type": int if row.read is int else str,
            }
            more["metavar"] = row.metavar or row.path.upper() or None
        if row.front in ("both", "pytest"):
            group.addoption(row.flag, **more)


def read_options(config: pytest.Config) -> Options:
    """The checked options of a pytest. Raises `UsageError`."""
    from harness.core.terminal_language import terminal_language

    given = {row.name: config.getoption(row.flag, default=None) for row in TABLE}
    return Options.read(given | {"language": terminal_language()})


def _plan_file(target: str) -> Path | None:
    if target == EMBEDDED:
        return None
    if PLAN_FILE.is_file():
        return PLAN_FILE
    raise UsageError(
        f"target {target} needs its settings, and there is no {PLAN_FILE} here",
        where="--env-file",
        remedy="name the file with --env-file FILE; for a simulator of ours let "
        "`golive simulator --write-env FILE` write it",
    )
