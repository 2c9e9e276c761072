"""Requests that are broken in every way, to every route of a simulator: what is answered, how soon, and what stays."""
