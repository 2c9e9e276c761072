"""The load of a rehearsal: its servers, its orders, and the child process that sends it."""
