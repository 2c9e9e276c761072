"""Nothing that the merchant serves holds a key: no page, script or source map, no file left lying about."""

from __future__ import annotations

from harness.merchant.client import MerchantClient
from harness.merchant.served_files import ServedFiles
from harness.plugin import Journal, SecretSearch, control


@control("SEC-14")
def test_nothing_that_is_served_holds_a_key(
    merchant: MerchantClient, secret_search: SecretSearch, journal: Journal
) -> None:
    search = secret_search.afresh()
    served = ServedFiles(merchant.session, (*merchant.session.listeners, search))
    with journal.step("pages, scripts, source maps, and names under which keys lie about"):
        served.look(merchant.known_pages)
    for each in served.inlined:
        search.look("a source map within a script", each)
    journal.observe(
        f"looked through: {served.pages} pages, {served.scripts} scripts, "
        f"{served.others} source maps and names under which keys lie about"
    )
    assert not search.found, f"what the merchant serves holds a secret: {search.told}"
    assert not served.key_files, f"the merchant serves a key file: {', '.join(served.key_files)}"
    for left_out in served.left_out:
        journal.limit(left_out)
    if served.late:
        journal.doubt("the merchant answered so slowly that not every page was looked at")
    if not served.pages:
        journal.doubt("no page of the merchant could be read, so nothing that one holds was looked at")
