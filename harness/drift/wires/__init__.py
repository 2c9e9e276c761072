"""What asks an endpoint, a module a dialect; a row of the table of dialects names it."""
