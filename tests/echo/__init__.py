"""A toy dialect, added from outside: an order is one JSON line over HTTP, signed with HMAC-SHA256.

It has what any dialect has, each part under the name that ours have it under. Nothing in the product knows
it: `installed/` is what an installed package leaves behind, an entry point that leads to `row.register_echo`.
"""
