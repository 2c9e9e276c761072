"""The simulated payment platform: orders, money, callbacks, faults, and the wires it is spoken to in."""
