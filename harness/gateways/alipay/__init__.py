"""Alipay's open platform: the gateway's client side."""
