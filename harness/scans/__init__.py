"""How the app is met from outside: what its TLS agrees to and its pages say; and scanners' results."""
