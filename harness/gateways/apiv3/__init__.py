"""The client of WeChat Pay's merchant API v3."""
