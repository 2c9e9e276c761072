"""The experience edition: its limits."""
