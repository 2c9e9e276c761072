"""The form in which this dialect calls a merchant back."""
