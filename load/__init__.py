"""Load: measured under Locust, in a process of its own; nothing else may import this package or locust."""
