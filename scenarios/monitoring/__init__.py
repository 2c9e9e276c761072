"""What the merchant tells those who watch it."""
