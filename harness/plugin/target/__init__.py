"""What may be asked of the target, and what is looked at before the first scenario."""
