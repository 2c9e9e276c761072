"""What a run asks of the history when it begins, and leaves there when it ends. No verdict depends on it.

The history and its library are imported when they are asked: a rehearsal does that while it waits for others.
"""

from __future__ import annotations

from importlib import import_module

from harness.core.control import Language, Text
from harness.core.errors import GoLiveError
from harness.core.findings import told_in
from harness.evidence import RunRecord
from harness.plugin.options import Options
from harness.settings.history_place import history_place
from harness.verdict import Judgement
from reports.judging import look_back

_UNASKED = Text(
    zh="运行历史无法查询，先前的运行只凭各自的封印计入：",
    en="the history could not be asked, and earlier runs count by their own seals alone: ",
)
_UNKEPT = Text(zh="本次运行未记入历史：", en="this run is not in the history: ")
_LATER = Text(
    zh="；之后补记：golive history import {folder}",
    en="; to take it in later: golive history import {folder}",
)


class RunHistory:
    """The history as one run sees it."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._trouble: list[str] = []

    def begin(self, record: RunRecord) -> Text | None:
        """Keep in a record what runs before it found; says which of them count for nothing, if any."""
        try:
            if place := self._place():
                told: Text | None = import_module("reports.history.beginning").look_back_with(place, record)
                return told
        except GoLiveError as error:
            self._trouble.append(_UNASKED.spoken(self._language) + told_in(str(error), self._language))
        return look_back(record)

    def keep(self, record: RunRecord, judgement: Judgement) -> list[str]:
        """Take a run that has ended in; says what could not be asked or kept, a line each."""
        try:
            if place := self._place():
                import_module("reports.history.database").keep(place, record, judgement)
        except GoLiveError as error:
            why = told_in(str(error), self._language)
            again = _LATER.filled(folder=record.folder)
            said = (_UNKEPT.spoken(self._language), why, again.spoken(self._language))
            self._trouble.append("".join(said))
        return self._trouble

    @property
    def _language(self) -> Language:
        return self._options.language

    def _place(self) -> str | None:
        return None if self._options.no_history else history_place(self._options.runs)
