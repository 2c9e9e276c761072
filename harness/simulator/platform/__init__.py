"""The platform's state, whatever wire it is asked by: orders, payments, ledger, limits."""
