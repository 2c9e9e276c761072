"""Client of Alipay's open platform: its methods, its signed answers, its bills (facts alipay 1, 2, 8)."""
