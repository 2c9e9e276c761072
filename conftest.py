"""Holds nothing: the plugin registers itself (pyproject.toml, `pytest11`), and here pytest finds its root."""
