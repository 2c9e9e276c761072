"""The parts of a profile, each from the least work to the fullest sight, and how each is used."""
