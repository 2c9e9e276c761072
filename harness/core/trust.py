"""Whose certificates are believed where nobody says otherwise.

Read once a process: a client that reads a machine's certificates by itself takes 30 ms to open.
"""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def public_roots(*, environment: bool = False) -> ssl.SSLContext:
    """The context that every client of this process shares.

    Args:
        environment: whether `SSL_CERT_FILE` and `SSL_CERT_DIR` may name others, as a company's proxy needs.
    """
    return httpx.create_ssl_context(trust_env=environment)
