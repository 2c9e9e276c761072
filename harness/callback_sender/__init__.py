"""The callback sender: one callback of any kind, to any address of this machine, and what was answered."""
