"""Imported by the fork server, and by nobody else: the import is the work."""

import signal

from harness.mutants.warm import collect

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's to hear; it ends the children itself
collect()
