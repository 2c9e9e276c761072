"""The evidence pack as a file: a zip in one strict shape, and a signed statement of what is in it."""
