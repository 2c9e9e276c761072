"""Requests that were refused for their signature, and why: looked into when somebody looks."""
