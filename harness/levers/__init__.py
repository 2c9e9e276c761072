"""The simulator's test API seen from outside: its models, and a client for scenarios, load and browsers."""
