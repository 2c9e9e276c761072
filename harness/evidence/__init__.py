"""The run record: one folder a run, append-only, redacted when it is written."""

from harness.evidence.artifacts import kept_file
from harness.evidence.canary_search import search
from harness.evidence.planted_canaries import plant
from harness.evidence.record import RunRecord, recorded_at
from harness.evidence.record_files import META
from harness.evidence.recorder import ExchangeRecord, Recorder
from harness.evidence.redaction import Redactor
from harness.evidence.run_meta import RunMeta, StoredCheck

__all__ = [
    "META",
    "ExchangeRecord",
    "Recorder",
    "Redactor",
    "RunMeta",
    "RunRecord",
    "StoredCheck",
    "kept_file",
    "plant",
    "recorded_at",
    "search",
]
