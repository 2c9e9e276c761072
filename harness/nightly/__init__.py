"""What a night adds to a run: deferred checks, known failures, what changed, and a message."""
