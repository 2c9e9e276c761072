"""Shoppers and orders travel over sound TLS, and pages say what keeps them there (SEC-01, SEC-02, C40)."""

from __future__ import annotations

from harness.core.control import Blame
from harness.plugin import Journal, Site, WayToTheEndpoint, control, noted


@control("SEC-01", dialects=())
def test_shoppers_meet_the_app_over_sound_tls(site: Site, journal: Journal) -> None:
    with journal.step("one handshake, then every protocol and suite"):
        found = site.tls()
    journal.limit("that the certificate is renewed in time is for a paper: OPS-05")
    noted(journal, found)


@control("SEC-01", dialects=(), blame=Blame.ENDPOINT)
def test_orders_travel_over_sound_tls(way_to_the_endpoint: WayToTheEndpoint, journal: Journal) -> None:
    with journal.step("one handshake with each host"):
        found = way_to_the_endpoint.tls()
    noted(journal, found)


@control("SEC-02", dialects=())
def test_who_comes_over_plain_http_is_led_to_https(site: Site, journal: Journal) -> None:
    with journal.step("the first page over plain http"):
        found = site.in_the_clear()
    noted(journal, found)


@control("SEC-02", dialects=())
def test_pages_and_cookies_are_kept_safe(site: Site, journal: Journal) -> None:
    with journal.step("the pages over https"):
        found = site.pages()
    noted(journal, found)
