"""CFG-07: nothing that frameworks put into the browser's bundle holds a secret.

A variable with one of these prefixes is written into the JavaScript that every shopper downloads.
"""

from __future__ import annotations

import re

from harness.settings.context import Context
from harness.settings.finding import Finding
from harness.settings.placeholders import placeholder
from harness.settings.rules.registry import Ruling, rule
from harness.settings.variables import BY_NAME, is_secret

CONTROL = "CFG-07"
PREFIXES = (
    "NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "PUBLIC_", "VITE_", "REACT_APP_", "VUE_APP_", "GATSBY_",
    "UMI_APP_", "TARO_APP_", "STORYBOOK_",
)  # fmt: skip
"""Next.js, Nuxt, Expo, SvelteKit and Astro, Vite, Create React App, Vue CLI, Gatsby, Umi, Taro, Storybook."""
_NEVER_SHIPPED = re.compile(r"SECRET|PASSWORD|PASSWD|PRIVATE_KEY|APIV3")
_SHORTEST = 6


@rule(CONTROL)
def not_shipped(context: Context) -> Ruling:
    """No such variable has a secret's name, or the same text as a secret."""
    secrets = {
        line.value: line.key
        for line in context.env.lines
        if is_secret(line.key) and _bare(line.key) is None and len(line.value) >= _SHORTEST
    }
    lines = [line for line in context.env.lines if _bare(line.key) and not placeholder(line.value)]
    findings = []
    for line in lines:
        bare = _bare(line.key) or ""
        known = BY_NAME.get(bare)
        if line.value in secrets:
            problem = f"puts {secrets[line.value]} into the JavaScript that every shopper downloads"
        elif (known and known.secret) or _NEVER_SHIPPED.search(bare) or "PRIVATE KEY-----" in line.value:
            problem = "is a secret by its name, and goes into the JavaScript that every shopper downloads"
        else:
            continue
        findings.append(
            Finding(
                control=CONTROL,
                variable=line.key,
                line=line.number,
                problem=problem,
                fix="read it on the server alone, under a name without this prefix, and have it issued anew",
                blocks=False,
            )
        )
    return Ruling(len(lines), tuple(findings))


def _bare(name: str) -> str | None:
    """The name behind a prefix that ships it; None: nothing ships it."""
    return next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), None)
