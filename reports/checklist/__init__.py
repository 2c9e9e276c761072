"""The go-live checklist as data: one folder a date, one YAML file a section, gates and locks beside them."""

from reports.checklist.clause import CitedPage, Clause
from reports.checklist.loader import CHECKLIST, folder_of, load
from reports.checklist.model import LOCK, Capability, Checklist, Section

__all__ = [
    "CHECKLIST",
    "LOCK",
    "Capability",
    "Checklist",
    "CitedPage",
    "Clause",
    "Section",
    "folder_of",
    "load",
]
