"""The go-live checklist as data: one folder a date, one YAML file a section, gates and locks beside them."""

from reports.checklist.loader import CHECKLIST, LOCK, Capability, Checklist, Section, folder_of, load

__all__ = ["CHECKLIST", "LOCK", "Capability", "Checklist", "Section", "folder_of", "load"]
