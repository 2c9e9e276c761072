"""The wires of the platform, a folder a dialect: parse, ask the platform, sign the answer."""
