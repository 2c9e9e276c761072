"""Settings: a merchant's `.env` file, judged by the configuration rules and turned into typed values."""

from harness.settings.env_file import EnvFile, EnvLine
from harness.settings.finding import ConfigurationReport, Finding, Note
from harness.settings.model import LeversSettings, McpSettings, Settings, WeChatSettings
from harness.settings.rules import check
from harness.settings.target import Target, TargetKind

__all__ = [
    "ConfigurationReport",
    "EnvFile",
    "EnvLine",
    "Finding",
    "LeversSettings",
    "McpSettings",
    "Note",
    "Settings",
    "Target",
    "TargetKind",
    "WeChatSettings",
    "check",
]
