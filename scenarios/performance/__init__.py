"""Performance: what a load found, and how long the payer waits."""
