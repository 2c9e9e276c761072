"""The open platform of Alipay: its gateway, and the V3 style beside it (facts alipay 1, 2)."""
