"""How much memory a merchant has that we did not start: its own page of figures tells."""

from __future__ import annotations

from typing import Self

from harness.core.errors import MerchantFailure
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.described import revealed
from harness.monitoring.pages import Pages
from harness.monitoring.selector import Selector


class MemoryPage:
    """The series that a profile names as `metrics.memory_bytes`.

    Args:
        pages: that are read.
        series: as the profile has it.
    """

    def __init__(self, pages: Pages, series: str) -> None:
        self.what = series
        self._pages = pages
        self._series = Selector.of(series).text
        self._began: float | None = None

    @classmethod
    def of(cls, profile: MerchantProfile) -> Self | None:
        """That of a profile; None where it names none."""
        metrics = profile.metrics
        if metrics is None or metrics.memory_bytes is None:
            return None
        series = metrics.memory_bytes
        headers = revealed(metrics.headers, "metrics.headers")
        return cls(Pages(profile.base_url, metrics.pages, [Selector.of(series)], headers=headers), series)

    def look(self) -> tuple[float, float | None]:
        """Memory now, in MB (a million bytes); its processor time is not told.

        Raises:
            LookupError: the app was started anew, so that its memory began anew as well.
            GoLiveError: the page was not there, or has no such series.
        """
        read = self._pages.read()
        began, self._began = self._began, read.started
        if began is not None and read.started != began:
            raise LookupError("the merchant was started anew during the load")
        if self._series not in read.values:
            raise MerchantFailure(
                "the page of figures has no such series",
                where=self._series,
                remedy="name it as the page does, e.g. process_resident_memory_bytes",
            )
        if read.values[self._series] <= 0:
            raise MerchantFailure(
                "nothing runs without memory",
                where=self._series,
                remedy="name a gauge of the bytes that the process has, e.g. process_resident_memory_bytes",
            )
        return read.values[self._series] / 1e6, None
