"""Payments that a person attends with a phone: drawn, waited for, asked about, judged and given back."""
