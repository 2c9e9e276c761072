"""A person with a phone pays at a real target, and says what it showed: `golive pay` starts these."""
