"""A mended copy of the tea house: it looks at the time of what it is answered, and waits within a bound."""

from __future__ import annotations

import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from tests.examples.tea_house_side import EXAMPLE

MENDED: tuple[tuple[str, str], ...] = (
    # The SDK looks at the time of no answer: one that was kept is as good to it as today's.
    (
        "    with closing(sqlite3.connect(database)) as new:",
        """    verified = pay._core._verify_signature

    def verified_in_time(headers: Mapping[str, str], body: str) -> bool:
        told = int(headers.get("Wechatpay-Timestamp", ""))
        return abs(time.time() - told) <= FIVE_MINUTES and bool(verified(headers, body))

    pay._core._verify_signature = verified_in_time
    waiting = ThreadPoolExecutor()

    def ordered_in_time(**wanted: Any) -> Any:
        try:
            return waiting.submit(pay.pay, **wanted).result(timeout=4)
        except Exception:
            abort(502, "暂时无法向微信支付下单，请稍后重试")

    with closing(sqlite3.connect(database)) as new:""",
    ),
    # Its timeouts are for one read; and whatever it raises is told to the shopper in the shop's words.
    ("        code, answer = pay.pay(", "        code, answer = ordered_in_time("),
    (
        "from collections.abc import Callable, Mapping\n",
        "from collections.abc import Callable, Mapping\nfrom concurrent.futures import ThreadPoolExecutor\n",
    ),
)


def mended(folder: Path) -> ModuleType:
    """The mended app, in a folder of its own."""
    code = (EXAMPLE / "app.py").read_text("utf-8")
    for old, new in MENDED:
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    copy = folder / "mended_tea_house.py"
    copy.write_text(code, "utf-8")
    shutil.copytree(EXAMPLE / "templates", folder / "templates")
    spec = spec_from_file_location(copy.stem, copy)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[copy.stem] = module  # by which Flask finds the templates
    spec.loader.exec_module(module)
    return module
