"""Makes the rehearsal's fixtures and options known to `pytest scenarios`; nothing else lives here."""

pytest_plugins = ["harness.plugin"]
