"""Signing: what both sides of a wire compute. Keys are read here too, in every shape people keep them."""
