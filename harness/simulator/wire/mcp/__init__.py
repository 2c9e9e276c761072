"""The Model Context Protocol as a payment endpoint speaks it, with the official SDK underneath."""
