"""The percentiles that the history keeps of a latency. Without the database: a page needs these alone."""

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
"""Which share of the requests each is of."""
