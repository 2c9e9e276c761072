"""Processes of our own: serving on loopback, and children that end with their parent."""
