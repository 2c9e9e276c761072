"""One run of pytest as a rehearsal: its record from the first line to the verdict."""
