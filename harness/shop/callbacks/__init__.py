"""The payment callback: one receiver, and a reader for each form of callbacks."""
