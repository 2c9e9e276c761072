"""What every wire stands on: body schema, order fields, refusals, faults, and the contract itself."""
