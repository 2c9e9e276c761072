"""What `golive simulator` does: a simulator in the foreground, what it hands out, and what it says."""
