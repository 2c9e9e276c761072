"""The client of the signed envelope dialect."""
