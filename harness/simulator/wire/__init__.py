"""The wires of the platform, a package or a module a dialect: parse, ask the platform, sign the answer."""
