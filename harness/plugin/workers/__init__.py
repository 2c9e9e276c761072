"""Wires side by side: a worker process a wire, and the scheduler that runs them."""
