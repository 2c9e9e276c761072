"""Load: measured under Locust, in a process of its own; nobody else may import locust."""
