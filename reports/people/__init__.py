"""Papers of people: who attests, approves and waives what, each signed with that person's own key."""

from reports.people.entry import LONGEST_WAIVER, Document, Entry, Kind, SignedEntry
from reports.people.papers import PaperEntry, Papers, Refused, papers_of
from reports.people.roster import Person, Roster, read_roster

__all__ = [
    "LONGEST_WAIVER",
    "Document",
    "Entry",
    "Kind",
    "PaperEntry",
    "Papers",
    "Person",
    "Refused",
    "Roster",
    "SignedEntry",
    "papers_of",
    "read_roster",
]
