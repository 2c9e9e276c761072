"""Other rightful ways to be a shop: each is correct, and no control may accuse it."""
