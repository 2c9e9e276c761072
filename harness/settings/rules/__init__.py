"""The configuration rules, a module a control. A module put into this folder takes part by being there."""

from importlib import import_module
from pkgutil import iter_modules

from harness.settings.rules.registry import Context, check, judge

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Context", "check", "judge"]
