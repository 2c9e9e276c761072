"""Where the answers lie that were copied from the platforms' documents, and what is known to differ."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent / "documents"
DOCUMENTED = _HERE / "documented.ndjson"
"""A capture whose answers hold what a document states, and nothing more; each line names the document."""
DOCUMENTED_ACCEPTED = _HERE / "accepted.yaml"
