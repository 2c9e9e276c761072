"""Wires side by side: a worker process a wire, and the scheduler that starts them."""
