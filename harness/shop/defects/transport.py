"""Defects of the way to the shop: what it agrees to over https."""

from __future__ import annotations

import ssl
import warnings


def whatever_is_asked_for(context: ssl.SSLContext) -> None:
    """Copied years ago from a guide for old phones, and never looked at again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # which is the very point
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:eNULL:@SECLEVEL=0")
