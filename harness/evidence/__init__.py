"""The run record: one folder a run, append-only, redacted when it is written."""

from harness.evidence.canaries import search
from harness.evidence.meta import RunMeta, StoredCheck
from harness.evidence.planted import plant
from harness.evidence.record import META, RunRecord, recorded_at
from harness.evidence.recorder import ExchangeRecord, Recorder
from harness.evidence.redaction import Redactor

__all__ = [
    "META",
    "ExchangeRecord",
    "Recorder",
    "Redactor",
    "RunMeta",
    "RunRecord",
    "StoredCheck",
    "plant",
    "recorded_at",
    "search",
]
