"""The merchant's own test results, imported: what, when, and whether any passed by skipping."""

from harness.merchant.own_tests.model import OwnTests, Phase
from harness.merchant.own_tests.readers import Form, read_results
from harness.merchant.own_tests.store import FOLDER, keep, read_kept

__all__ = ["FOLDER", "Form", "OwnTests", "Phase", "keep", "read_kept", "read_results"]
