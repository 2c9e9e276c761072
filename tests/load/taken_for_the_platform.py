"""`python -m tests.load.taken_for_the_platform`: a load that takes this machine for the platform.

A probe goes to the platform's own hosts and nowhere else, which no test can reach. Here only that border is
moved: everything behind it is the probe itself.
"""

from __future__ import annotations

from unittest.mock import patch

from harness.settings import EnvFile, Settings
from load import safety
from load.__main__ import command
from load.options import Options


def simulated(options: Options) -> Settings:
    """The settings of a simulator, although they are said to be the experience edition's."""
    return Settings.load(EnvFile.read(options.env_file), target="simulator")


with (
    patch.object(safety, "is_loopback", lambda host: False),
    patch.object(safety, "PLATFORM_HOSTS", ("127.0.0.1",)),
    patch.object(Options, "settings", simulated),
):
    command()
