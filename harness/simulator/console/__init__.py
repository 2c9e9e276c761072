"""What a developer sees: a live page of this platform under /console, on this machine only."""
