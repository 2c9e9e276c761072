"""One merchant account as its owner holds it: identities, keys, settings file."""
