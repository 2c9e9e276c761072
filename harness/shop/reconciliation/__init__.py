"""The shop's reconciliation: every day's bill of the platform against its own books."""
