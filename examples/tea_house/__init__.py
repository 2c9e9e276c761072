"""A tea house that sells by QR code, over Flask, SQLite and `wechatpayv3`."""
