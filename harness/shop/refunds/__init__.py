"""What the shop keeps of refunds: written down before they are asked for, and what they may be."""
