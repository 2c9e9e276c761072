"""CFG-11: the production profile is switched over cleanly (P§4.2).

The plan's own block of production forgets WECHAT_PAY_SANDBOX: merged into the experience edition's file, it
stays true. Judged for target production alone.
"""

from __future__ import annotations

from harness.settings.editions import compare
from harness.settings.numbers import whole_number
from harness.settings.rules.cfg_04_modes import ALIPAY_FLAG, FLAGS
from harness.settings.rules.cfg_06_limits import DAILY, SINGLE
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.target import TargetKind
from harness.signing.simulated_keys import is_simulated

CONTROL = "CFG-11"
LEVERS = ("GOLIVE_LEVERS_URL", "GOLIVE_LEVERS_TOKEN")


@rule(CONTROL)
def switched_over(context: Context) -> Ruling:
    """Experience and sandbox are off, limits are set, and nothing of a rehearsal is left."""
    if context.target.kind is not TargetKind.PRODUCTION:
        return Ruling(judged=0)
    flags = (*FLAGS, *([ALIPAY_FLAG] if context.alipay_mcp else []))
    findings = [
        context.finding(CONTROL, name, "is not off in the production profile", f"write {name}=false")
        for name in flags
        if (line := context.line(name)) is None or line.value != "false"
    ]
    findings += [
        context.finding(
            CONTROL,
            name,
            "sets no limit in the production profile",
            "write a limit in whole fen, e.g. 10000 for ¥100",
        )
        for name in (SINGLE, DAILY)
        if (line := context.usable(name)) is None or not whole_number(line.value)
    ]
    findings += [
        context.finding(
            CONTROL, name, "belongs to a simulator, not to a production profile", "delete the line"
        )
        for name in LEVERS
        if context.usable(name) is not None
    ]
    key_id = context.usable("WECHAT_PAY_PUBLIC_KEY_ID")
    if key_id is not None and is_simulated(key_id.value):
        findings.append(
            context.finding(
                CONTROL,
                key_id.key,
                "is the key of a simulator: the real platform's answers would all be refused",
                "take key and id from the merchant portal: 账户中心 → API安全",
            )
        )
    return Ruling(len(flags) + 2, tuple(findings))


@rule(CONTROL, looks_around=True)
def keys_of_its_own(context: Context) -> Ruling:
    """Keys differ from those of the experience edition, wherever an account can have two."""
    if context.target.kind is not TargetKind.PRODUCTION:
        return Ruling(judged=0)
    if context.other is None:
        return Ruling(
            judged=0,
            doubts=(
                "whether its keys differ from the experience edition's: name that edition's file "
                "with --other FILE",
            ),
        )
    rows = [row for row in compare(Context.of(context.other, None), context) if row.secret and row.before]
    findings = [
        context.finding(
            CONTROL,
            row.name,
            f"is the same as in {context.other.source}: what leaks there opens production",
            "have production's own issued or drawn",
        )
        for row in rows
        if row.must_differ
    ]
    kept = sorted({f"{row.name} ({row.account})" for row in rows if row.shared and row.account})
    notes = (f"the same account in both editions has the same keys: {', '.join(kept)}",) if kept else ()
    return Ruling(len(rows), tuple(findings), notes)
