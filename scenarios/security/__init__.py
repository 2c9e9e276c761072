"""SEC: what the merchant serves, what it takes from its clients, and from whom."""
