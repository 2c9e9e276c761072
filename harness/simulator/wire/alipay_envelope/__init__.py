"""Alipay's payments in the envelope dialect of the plan's own app."""
