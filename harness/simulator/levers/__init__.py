"""The server of the levers under /_golive/: what tests may do to this platform and ask of it."""
