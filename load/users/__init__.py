"""What the load is made of: requests of each dialect, truly signed, and answers, truly verified."""
