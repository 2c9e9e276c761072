"""Payment callbacks as the platform sends them, and as a forger would."""
