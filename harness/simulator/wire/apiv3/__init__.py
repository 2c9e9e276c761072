"""The merchant API v3 as the live gateway speaks it (facts 1 to 3)."""
