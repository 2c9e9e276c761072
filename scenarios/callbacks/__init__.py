"""Callbacks: genuine ones are credited once, forged ones are refused, and each is answered as it must be."""
