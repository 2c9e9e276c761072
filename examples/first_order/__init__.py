"""Six programs, each from an order to its verified callback (docs/first-order.md)."""
