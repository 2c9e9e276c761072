"""The shop's deliberate defects, and the wrong practices they put in the place of right ones."""
