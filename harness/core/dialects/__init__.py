"""The table of dialects: what each one can do, and where its parts are made. Nothing else knows one by name.

A dialect is the wire format of one provider's payments. Every room that speaks to a platform has a folder a
dialect, and makes the part that a row names: client (`gateway`), server (`wire`), load requests
(`load_wire`), callbacks. Parts are named, not imported, so that client and server never meet here.

To add a dialect, add its folders and one row to its provider's. One that lives outside of this tree comes
with an installed package: an entry point in the group `golive.dialects` leads to a function that calls
`register`.
"""

from harness.core.dialects.spec import CallbackForm, DialectSpec, Operation, Telling
from harness.core.dialects.table import (
    all_dialects,
    callback_form,
    callback_forms,
    classic_of,
    dialect,
    dialects,
    made,
    mcp_dialects,
    register,
    register_callbacks,
)

__all__ = [
    "CallbackForm",
    "DialectSpec",
    "Operation",
    "Telling",
    "all_dialects",
    "callback_form",
    "callback_forms",
    "classic_of",
    "dialect",
    "dialects",
    "made",
    "mcp_dialects",
    "register",
    "register_callbacks",
]
