"""The page: one self-contained HTML file that opens offline, in Chinese and English."""

from reports.page.render import render

__all__ = ["render"]
