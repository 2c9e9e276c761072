"""Asks a merchant for its figures, as a Prometheus would: bounded in time and size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self
from urllib.parse import urljoin

import httpx

from harness.core.bounded_http import BoundedClient
from harness.core.errors import EnvironmentUnreachable, MerchantFailure
from harness.core.no_answer import reason_of
from harness.core.trust import public_roots
from harness.monitoring.exposition import ACCEPT, LARGEST_PAGE, Figures, figures
from harness.monitoring.selector import Selector

LIMIT_S = 10.0
"""Prometheus' own `scrape_timeout`, where nobody sets another: a page that takes longer is not read."""


class Pages:
    """The pages on which one app shows its figures. Close it, or use it as a context manager.

    Args:
        base_url: of the app.
        pages: a path of it, or the whole address of another port; several processes have one each.
        headers: sent along.
        selectors: the series that are read.
        ask: in place of a request of ours, in tests.
    """

    def __init__(
        self,
        base_url: str,
        pages: Sequence[str],
        selectors: Iterable[Selector],
        *,
        headers: Mapping[str, str] | None = None,
        ask: Callable[[str], httpx.Response] | None = None,
    ) -> None:
        self._addresses = [urljoin(f"{base_url}/", each) for each in pages]
        self._selectors = tuple(selectors)
        self._http = BoundedClient(
            limit_s=LIMIT_S,
            largest=LARGEST_PAGE,
            headers={**ACCEPT, **(headers or {})},
            verify=public_roots(),
            trust_env=False,
        )
        self.ask = ask or self._http.get
        """What asks for a page by its address."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where they are."""
        return tuple(self._addresses)

    def read(self) -> Figures:
        """What they show now; of several, the sum.

        Raises:
            EnvironmentUnreachable: nothing listens there.
            MerchantFailure: no answer within ten seconds, one that is too large, or no figures.
        """
        whole = Figures()
        for address in self._addresses:
            whole.add(self._of(address))
        return whole

    def _of(self, address: str) -> Figures:
        try:
            answer = self.ask(address)
        except httpx.ConnectError as error:
            raise EnvironmentUnreachable(
                f"the page of figures does not answer: {reason_of(error)}",
                where=address,
                remedy="start what serves it, or correct metrics.pages in the merchant profile",
            ) from None
        except httpx.TimeoutException:
            raise MerchantFailure(
                f"the page of figures was not complete within {LIMIT_S:g} s, when a Prometheus gives up",
                where=address,
                remedy="count while things happen, and compute nothing when the page is asked for",
            ) from None
        except httpx.TransportError as error:
            raise MerchantFailure(
                f"the page of figures came to no end: {reason_of(error)}",
                where=address,
                remedy="keep it below 4 MiB: no order number, openid or address as a label",
            ) from None
        if answer.status_code != 200:
            raise MerchantFailure(
                f"the page of figures answers HTTP {answer.status_code}",
                where=address,
                remedy="correct metrics.pages, or give headers that let somebody in (metrics.headers)",
            )
        text = answer.content.decode("utf-8", "replace")
        return figures(text, answer.headers.get("Content-Type", ""), self._selectors, where=address)
