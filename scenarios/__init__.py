"""Scenarios: one folder a section of the checklist; every test names the control it exercises."""
