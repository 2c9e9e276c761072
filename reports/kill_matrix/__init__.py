"""The kill matrix as a page: one self-contained HTML file that opens offline, in Chinese and English.

It stands here and not in `harness.mutants`, because pages are made of a file alone: `kill-matrix.json`.
"""

from reports.kill_matrix.render import PAGE, build

__all__ = ["PAGE", "build"]
