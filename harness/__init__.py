"""GoLive: decides, with evidence, whether a merchant's payment integration may take real money."""
