"""Our shop as somebody else's app: it runs outside of the rehearsal, and a profile says what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.shop.embedded import running_shop
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import running_simulator
from tests.scenarios.running import PROJECT, Rehearsed, rehearse

SHOP = (PROJECT / "harness" / "merchant" / "profiles" / "shop.toml").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class OutsideApp:
    """A shop that runs outside of the rehearsal, and the files that describe it."""

    target: str
    env_file: Path
    profile: str
    address: str
    """Where it serves."""

    def judged(self, folder: Path, only: str, *edits: tuple[str, str]) -> Rehearsed:
        """What a rehearsal of some controls finds, by the profile with some of its lines edited."""
        text = self.profile
        for line, other in edits:
            assert re.search(line, text, re.MULTILINE), f"the profile has no line like {line}"
            text = re.sub(line, other, text, flags=re.MULTILINE)
        (folder / "app.toml").write_text(text, "utf-8")
        return rehearse(
            folder / "run",
            f"--target={self.target}",
            f"--env-file={self.env_file}",
            f"--merchant={folder / 'app.toml'}",
            f"--only={only}",
        )


@contextmanager
def started(
    place: Path, mcp: str, *defects: str, dialect: str = "mcp", port: int = 0
) -> Iterator[OutsideApp]:
    """A simulator, and our shop as somebody's app beside it, perhaps with deliberate faults."""
    with running_simulator() as simulator:
        environment = simulator.environment(notify_url="http://127.0.0.1:9/unused")
        wire = {"PAYMENT_MCP_ENABLED": mcp, "WECHAT_MCP_DIALECT": dialect}
        with running_shop({**environment, **wire}, defects=defects, port=port) as shop:
            settings = environment_text({**environment, "WECHAT_PAY_NOTIFY_URL": shop.notify_url})
            (place / ".env.simulator").write_text(settings, "utf-8")
            (place / ".env.simulator").chmod(0o600)
            profile = SHOP.replace("http://127.0.0.1:3000", shop.base_url)
            profile = re.sub(r"^build = .*$", 'build = "app-1"', profile, flags=re.MULTILINE)
            profile = profile.replace('token = ""', f'token = "{shop.observer_token}"')
            yield OutsideApp(simulator.base_url, place / ".env.simulator", profile, shop.base_url)
