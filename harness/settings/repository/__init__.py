"""A merchant's git repository: which files it tracks, and whether its history holds a secret. Read only."""

from harness.settings.repository.git import GitFailed, Repository
from harness.settings.repository.history import Hit, Searched, search
from harness.settings.repository.patterns import Patterns, Sought

__all__ = ["GitFailed", "Hit", "Patterns", "Repository", "Searched", "Sought", "search"]
