"""The go-live checklist as data: one folder a date, one YAML file a section, and the gates beside them."""

from reports.checklist.loader import CHECKLIST, Capability, Checklist, Section, load

__all__ = ["CHECKLIST", "Capability", "Checklist", "Section", "load"]
