"""State that outlives the process: what changes is written to one SQLite file before anybody is answered."""
