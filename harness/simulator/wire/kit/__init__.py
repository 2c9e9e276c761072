"""What every wire stands on: body schema, bounded bodies, hang-ups."""
