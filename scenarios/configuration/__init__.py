"""Configuration: the settings in use, and the endpoint that they lead to."""
