"""Merchants as ordinary developers write them; none was written for GoLive."""
