"""A page did not show what it should, or would not do what it was asked: a finding, whenever it is made."""

from __future__ import annotations


class PageFailure(AssertionError):
    """Says in one sentence what a shopper did not get from the merchant's page."""
