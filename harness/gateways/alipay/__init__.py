"""Client of Alipay's open platform: the gateway's methods, its signed answers, and its bills (facts alipay 1, 2, 8)."""
