"""The client of a payment endpoint that speaks Model Context Protocol."""
