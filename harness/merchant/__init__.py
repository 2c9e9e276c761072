"""Any merchant seen from outside: how to drive it, and a read-only view of what it believes."""
