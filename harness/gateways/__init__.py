"""The client side of every dialect: sign, send, verify, and say truthfully what is known afterwards."""
