"""Watches an endpoint for days: a probe every five minutes, in files that nobody can edit unnoticed."""
