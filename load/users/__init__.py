"""The users of a load: their flows, and the requests of each dialect, truly signed, truly verified."""
