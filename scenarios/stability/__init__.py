"""Days on end: what a watch saw, and what the runs of those days found."""
