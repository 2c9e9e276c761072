"""Opens a run's record: who is judged, where, with which versions, against which checklist."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shlex
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest

from harness.core.clock import wire_now
from harness.core.dialects import dialects
from harness.core.errors import UsageError
from harness.evidence import Recorder, RunMeta, RunRecord
from harness.evidence.seal_key import own_key
from harness.merchant.profile import MerchantProfile
from harness.plugin.options import EMBEDDED, Options
from harness.plugin.session.interpreter import STEERING, file_of, loaded_early
from harness.plugin.session.plan import Plan
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.session.signed_texts import signed_texts
from harness.plugin.target.declared import asked_for
from harness.plugin.target.policy import TargetPolicy, hosts_of
from harness.plugin.target.rules_in_force import rules_in_force
from harness.shop.variants.registry import lacking
from harness.verdict import highest_gate
from reports.checklist import Checklist
from reports.judging import PAPERS, take_snapshots

_TOOLS = ("golive", "pytest", "playwright", "httpx", "cryptography")


def open_rehearsal(
    options: Options,
    policy: TargetPolicy,
    checklist: Checklist,
    registered: frozenset[str],
    plan: Plan,
    plugins: tuple[str, ...],
    *,
    merchant_asked: bool = True,
) -> Rehearsal:
    """Create the record with all that a later judgement needs.

    Args:
        merchant_asked: whether anything that was chosen asks the merchant.

    Raises:
        UsageError: the folder holds a record already, or evidence of this grade cannot decide the gate.
        ConfigurationError: the merchant's profile is wrong, or the key that seals records.
    """
    own_key()  # a key that cannot seal is told before the run, not after it
    profile = MerchantProfile.load(options.merchant).without(lacking(options.variants))
    folder = options.out or run_folder(options.runs)
    papers = papers_folder(options)
    rules = rules_in_force(policy)
    meta = RunMeta(
        id=folder.name,
        kind="attended" if options.attended else "run",
        started=wire_now(),
        selection=plan.narrowed,
        unplanned=tuple(map(str, plan.unplanned)),
        target=options.target,
        host=hosts_of(policy.settings),
        grade=policy.graded.grade,
        grade_reasons=tuple(reason.en for reason in policy.graded.reasons),
        gate=_gate(options, policy, checklist),
        merchant=profile.name,
        merchant_asked=merchant_asked,
        capabilities=tuple(sorted(asked_for(options, policy).capabilities)),
        subject=subject_of(profile, options, checklist),
        fault_rules=rules.told,
        unmet_rules=rules.unmet,
        environment=_fingerprint(options.target, *options.defects_of("endpoint"), _digest(options.env_file)),
        dialects=dialects(sampled=True),
        registered=tuple(sorted(registered)),
        versions={name: version(name) for name in _TOOLS} | {"python": platform.python_version()},
        plugins=plugins,
        checklist=checklist.date,
        command=typed(sys.argv, os.environ),
    )
    record = RunRecord.create(folder, meta)
    take_snapshots(record, checklist, papers)
    rehearsal = Rehearsal(options, record, Recorder(record, signed=signed_texts), policy)
    if policy.settings is not None:
        rehearsal.hide(policy.settings.secrets())
    return rehearsal


def papers_folder(options: Options) -> Path:
    """Where the papers lie that a run keeps.

    Raises:
        UsageError: another place was named, and it is no folder.
    """
    if options.papers is not None and not options.papers.is_dir():
        raise UsageError(
            "there is no folder of papers here",
            where=str(options.papers),
            remedy="golive dossier init --papers DIR makes one",
        )
    return options.papers or options.runs.parent / PAPERS


def run_folder(runs: Path) -> Path:
    """A folder named by the time and a few letters, so that sorted by name is sorted by time."""
    return runs / f"{wire_now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def loaded_plugins(manager: pytest.PytestPluginManager) -> tuple[str, ...]:
    """Every plugin that is neither pytest's nor ours: any of them can change what a check comes to.

    `name version (distribution)` of what was installed; else `name (file)`, each `conftest.py` by its own;
    and what Python itself was told to load before everything.
    """
    installed = {id(plugin): dist for plugin, dist in manager.list_plugin_distinfo()}
    told = set()
    for name, plugin in manager.list_name_plugin():
        module = getattr(plugin, "__name__", None) or type(plugin).__module__
        if plugin is None or module.partition(".")[0] in ("_pytest", "pytest", "harness"):
            continue
        if dist := installed.get(id(plugin)):
            told.add(f"{name} {dist.version} ({dist.project_name})")
        else:
            told.add(f"{Path(name).name} ({file_of(plugin) or module})")
    return tuple(sorted(told.union(loaded_early())))


def typed(argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """The command that started the run, by the door it came through: `golive …` or `pytest …`.

    Variables that say what Python and pytest load stand before it, as a shell has them typed.
    """
    door = "pytest" if "pytest" in Path(argv[0]).parts[-2:] else "golive"
    variables = [f"{name}={shlex.quote(environment[name])}" for name in STEERING if environment.get(name)]
    return " ".join([*variables, shlex.join([door, *argv[1:]])])


def _gate(options: Options, policy: TargetPolicy, checklist: Checklist) -> str:
    """The gate asked for, or else the highest that evidence of this grade can open."""
    ids = [gate.id for gate in checklist.gates]
    highest = highest_gate(checklist.gates, policy.graded.grade)
    if options.gate not in ("", *ids):
        raise UsageError(
            f"there is no gate {options.gate!r}", where="--gate", remedy=f"use one of {', '.join(ids)}"
        )
    if options.gate and ids.index(options.gate) > ids.index(highest):
        why = "; ".join(reason.en for reason in policy.graded.reasons)
        raise UsageError(
            f"{policy.graded.grade.label} evidence cannot decide the gate {options.gate!r}"
            + (f" ({why})" if why else ""),
            where="--gate",
            remedy=f"use --gate {highest}",
        )
    return options.gate or highest


def subject_of(profile: MerchantProfile, options: Options, checklist: Checklist) -> str:
    """Who is judged by what: evidence of one app says nothing of another, however alike their profiles."""
    merchant = (profile.name, profile.base_url, profile.build, profile.fingerprint)
    return _fingerprint(*merchant, options.defects_of("shop"), options.variants, checklist.date)


def _fingerprint(*parts: str | Sequence[str]) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _digest(path: Path | None) -> str:
    return sha256(path.read_bytes()).hexdigest() if path else EMBEDDED
