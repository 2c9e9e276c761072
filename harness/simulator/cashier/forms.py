"""Reads the form that a payer's browser posts."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request


async def form_texts(request: Request, *, most: int = 1000, files: int = 1000) -> dict[str, str]:
    """The texts of a form by name; files are let by.

    Args:
        most: how many fields it may have.
        files: how many files.

    Raises:
        HTTPException: 400, it is no form.
    """
    try:
        async with request.form(max_files=files, max_fields=most) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except UnicodeError:
        # A multipart form names its own charset, and Python has some that nobody writes in (`undefined`).
        raise HTTPException(400, "the form is not written in the charset that it names") from None
