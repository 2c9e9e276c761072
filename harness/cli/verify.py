"""`golive verify`: whether a pack is what a pinned key signed, and its record gives the verdict it states."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli.expected_gate import Expected
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.cli.pack_progress import PackProgress
from harness.core.clock import wire_now
from harness.core.control import Language, Text
from harness.core.errors import UsageError
from harness.core.findings import translated
from harness.core.plain_text import json_text, one_line
from harness.core.terminal_language import terminal_language
from harness.evidence.pack.envelope import public_key
from harness.evidence.pack.refusal import PackRefused
from harness.evidence.seal_key import TRUSTED
from harness.verdict import verdict_lines
from reports.evidence_pack.verify import Verified, verify_pack

SCHEMA = 1
"""Of what `--json` prints."""
_VERIFYING = Text(zh="验证：", en="verifying:")
_HOLDS = Text(zh="证据包成立：{path}（{members} 个文件）", en="The pack holds: {path} ({members} files)")
_SIGNED = Text(zh="签名者：{key}", en="Signed by: {key}")
_SEALED = Text(zh="记录由同一密钥封存", en="The same key sealed the record")
_SEALED_BY = Text(zh="记录由 {key} 封存（已指定信任）", en="The record was sealed by {key}, which is pinned")
_RUN = Text(
    zh="运行：{run}，商户 {merchant}，目标 {target}，检查清单 {checklist}",
    en="Run: {run} of {merchant} at {target}, checklist {checklist}",
)
_AS_OF = Text(
    zh="裁决时刻：{as_of}，已由记录重新得出：", en="Judged at {as_of}, and again now from the record:"
)
_OTHER_SUBJECT = Text(
    zh="不符合要求（--subject {wanted}）：证据包的对象是 {subject}",
    en="Not as expected (--subject {wanted}): the pack is about {subject}",
)
_NOTE = Text(zh="注意：{what}", en="Note: {what}")
_REFUSED = Text(zh="证据包不成立（{reason}）：{what}", en="The pack does not hold ({reason}): {what}")


@click.command(
    "verify",
    epilog="""\b
Examples:
  golive verify evidence.zip --key ed25519:Qm…=
  GOLIVE_TRUSTED_KEYS="ed25519:Qm…= ed25519:x9…=" golive verify evidence.zip --json
  golive verify evidence.zip --expect-go production && ./deploy      in a job that deploys
\b
Exit codes: 0 all of it holds: read the verdict it prints, which may be NO-GO
            1 it does not hold, or is not as --expect-go and --subject want it; the reason is printed
            2 a newer golive made it · 4 no key pinned, or no such file · 5 a bug of ours""",
)
@click.argument("pack", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="ed25519:…",
    help="A public key that is believed; may be given again. GOLIVE_TRUSTED_KEYS adds more.",
)
@click.option(
    "--expect-go",
    "gate",
    metavar="GATE",
    help="End with 1 unless this gate was GO at the pack's moment, and still is now.",
)
@click.option("--subject", default="", metavar="PREFIX", help="End with 1 unless it is about this subject.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object in both languages, for programs.")
@language_option
def command(
    *, pack: Path, keys: tuple[str, ...], gate: str | None, subject: str, as_json: bool, lang: Language | None
) -> int:
    """Prove that PACK is what a pinned key signed, and judge its record again. Nothing is asked of a network.

    Never believed: a key that only the pack names, and this machine's own key unless it is pinned, too.
    """
    language = lang or terminal_language()
    progress = PackProgress(_VERIFYING, language)
    try:
        found = verify_pack(pack, _pinned(keys), later=wire_now() if gate else None, tell=progress)
    except PackRefused as error:
        progress.end()
        print_document(json_text(_refused(pack, error)) if as_json else _refusal(error).spoken(language))
        return error.exit_code
    finally:
        progress.end()
    expected = None if gate is None else Expected.of(found, gate)
    met = (expected is None or expected.met) and found.predicate.subject.startswith(subject)
    if as_json:
        told = {} if expected is None else {"expected": expected.told()}
        print_document(json_text(_verified(pack, found) | told))
        return 0 if met else PackRefused.exit_code
    lines = _lines(pack, found, language)
    if expected is not None:
        lines += expected.lines(found, language)
    if not found.predicate.subject.startswith(subject):
        told_of = {"wanted": subject, "subject": found.predicate.subject}
        lines.append(_OTHER_SUBJECT.filled(**told_of).spoken(language))
    for line in lines:
        click.echo(one_line(line))
    return 0 if met else PackRefused.exit_code


def _pinned(keys: Sequence[str]) -> frozenset[str]:
    pinned = [*keys, *os.environ.get(TRUSTED, "").replace(",", " ").split()]
    if not pinned:
        raise UsageError(
            "no key is pinned, and a pack's own word for its signer is none",
            where="--key",
            remedy="give the signer's public key, which came on another way: --key ed25519:…",
        )
    for key in pinned:
        try:
            public_key(key)
        except ValueError as error:
            raise UsageError(
                "this is no public key",
                where=one_line(key[:60]),
                remedy="write it as golive pack and pages show it: ed25519: and 44 characters of base64",
            ) from error
    return frozenset(pinned)


def _lines(pack: Path, found: Verified, language: Language) -> list[str]:
    said = found.predicate
    same = said.sealed_by == found.signed_by
    told = [
        _HOLDS.filled(path=pack, members=found.members),
        _SIGNED.filled(key=found.signed_by),
        _SEALED if same else _SEALED_BY.filled(key=said.sealed_by),
        _RUN.filled(run=said.run, merchant=said.merchant, target=said.target, checklist=said.checklist),
        _AS_OF.filled(as_of=said.as_of.isoformat(timespec="seconds")),
    ]
    notes = [_NOTE.filled(what=note.spoken(language)) for note in found.notes]
    return [
        *(text.spoken(language) for text in told),
        *verdict_lines(found.judgement, said.gate, language),
        *(text.spoken(language) for text in notes),
    ]


def _refusal(error: PackRefused) -> Text:
    what = translated(str(error))
    told = [_REFUSED.filled(reason=error.reason, what=one_line(each)) for each in (what.zh, what.en)]
    return Text(zh=told[0].zh, en=told[1].en)


def _verified(pack: Path, found: Verified) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "holds": True,
        "pack": str(pack),
        "signed_by": found.signed_by,
        "members": found.members,
        "statement": found.predicate.model_dump(mode="json"),
        "notes": [note.model_dump() for note in found.notes],
    }


def _refused(pack: Path, error: PackRefused) -> dict[str, Any]:
    what = translated(error.what)
    return {
        "schema": SCHEMA,
        "holds": False,
        "pack": str(pack),
        "reason": error.reason,
        "what": what.model_dump(),
        "where": error.where,
    }
