"""Alipay's async notify: the genuine one, and every attack on it."""
