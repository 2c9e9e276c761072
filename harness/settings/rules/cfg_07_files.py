"""CFG-07: files that hold secrets are for their owner alone, git does not track them, and no secret is in the
history of the repository around them (P§4.2, C37).

What a scanner finds beside the file's own secrets may be revoked long ago or made for tests; who knows so
writes its digest into `golive.toml`:

    [secrets]
    harmless = ["9f86d081884c7d65"]    # revoked 2026-10-02
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

from harness.settings.endpoints import FILE
from harness.settings.finding import Finding
from harness.settings.repository import GitFailed, Hit, Patterns, Repository, search
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.variables import is_key, is_secret

CONTROL = "CFG-07"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@rule(CONTROL, looks_around=True)
def modes(context: Context) -> Ruling:
    """The settings file and the key files that it names can be read by their owner alone."""
    if os.name == "nt":
        return Ruling(0, doubts=("whether others can read the files: Windows has no such modes to look at",))
    files = list(_files(context))
    findings = []
    for variable, path in files:
        mode = path.stat().st_mode
        if mode & OTHERS:
            findings.append(
                context.finding(
                    CONTROL,
                    variable,
                    f"{path.name} has mode {stat.S_IMODE(mode):o}: others on this machine can read it",
                    f"chmod 600 {path.name}",
                )
            )
    return Ruling(len(files), tuple(findings))


@rule(CONTROL, looks_around=True)
def untracked(context: Context) -> Ruling:
    """Git tracks none of these files, and would not take them up by accident."""
    findings: list[Finding] = []
    open_to_accidents: list[str] = []
    judged = 0
    for variable, path in _files(context):
        try:
            repository = Repository.around(path.parent)
            if repository is None:
                continue
            judged += 1
            if repository.tracks(path):
                findings.append(
                    context.finding(
                        CONTROL,
                        variable,
                        f"{path.name} is tracked by git: whoever has the repository has its secrets",
                        f"git rm --cached {path.name}, ignore it, and have every secret in it issued anew",
                    )
                )
            elif not repository.ignores(path):
                open_to_accidents.append(path.name)
        except GitFailed as failed:
            return Ruling(judged, tuple(findings), doubts=(f"what git tracks: {failed}",))
    notes = (
        (f"git does not ignore them, so `git add .` would take them up: {', '.join(open_to_accidents)}",)
        if open_to_accidents
        else ()
    )
    return Ruling(judged, tuple(findings), notes)


@rule(CONTROL, looks_around=True)
def history(context: Context) -> Ruling:
    """No secret of this file, nor one of a known form, is in the repository's history."""
    if context.env.folder is None:
        return Ruling(judged=0)
    try:
        repository = Repository.around(context.env.folder.absolute())
        if repository is None:
            return Ruling(
                0, notes=("no git repository is around the file, so there is no history to search",)
            )
        found = search(repository, Patterns.of(context))
        harmless = _harmless(repository.top / FILE)
        findings = [
            finding
            for hit in found.hits.values()
            if hit.own or hit.sought.digest not in harmless
            if (finding := _hit(context, repository, hit))
        ]
        shallow = repository.shallow
    except GitFailed as failed:
        return Ruling(0, doubts=(f"whether the history holds a secret: {failed}",))
    doubts = []
    if shallow:
        doubts.append(
            "whether the history holds a secret: it was cut off when it was cloned; clone it whole "
            "(fetch-depth: 0)"
        )
    if not found.whole:
        doubts.append(
            f"whether the history holds a secret: only {found.objects} objects could be read in time"
        )
    notes = (f"{found.objects} objects of the repository were searched",)
    return Ruling(found.objects and 1, tuple(findings), notes, tuple(doubts))


def _files(context: Context) -> Iterator[tuple[str, Path]]:
    """The settings file (under no name), and each file that a secret's line leads to."""
    if context.env.path is not None:
        yield "", context.env.path.absolute()
    for name in dict.fromkeys(line.key for line in context.env.lines):
        line = context.usable(name)
        if line is None or not (is_secret(name) and is_key(name)):
            continue
        source = context.key_source(line)
        try:
            if "\n" not in source and len(source) <= 1024 and Path(source).is_file():
                yield name, Path(source).absolute()
        except (OSError, ValueError):
            continue


def _hit(context: Context, repository: Repository, hit: Hit) -> Finding | None:
    """What was found, as a finding; None where nothing leads to it any more."""
    if hit.kind == "blob":
        place = repository.place_of(hit.name)
    else:
        place = f"the message of {hit.name[:7]}" if repository.holds_commit(hit.name) else None
    if place is None:
        return None
    if hit.own:
        return context.finding(
            CONTROL,
            hit.sought.what,
            f"is in the history of the repository: {place}",
            "have it issued anew and use the new one: deleting the file or the branch does not take it back",
        )
    return context.finding(
        CONTROL,
        "",
        f"the history of the repository holds {hit.sought.what}: {place}",
        f'revoke it; where that is done, or it was for tests alone, write "{hit.sought.digest}" into '
        "[secrets] harmless of golive.toml",
    )


def _harmless(path: Path) -> frozenset[str]:
    """Digests that somebody has declared; of a file that says it otherwise than it must, none."""
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("secrets", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return frozenset()
    listed = table.get("harmless", []) if isinstance(table, dict) else []
    return (
        frozenset(each for each in listed if isinstance(each, str))
        if isinstance(listed, list)
        else frozenset()
    )
