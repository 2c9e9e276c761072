"""Every deliberate defect that a run can switch on, of the shop and of the simulator."""

from harness.core.control import Defect
from harness.shop.defects.registry import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS

DEFECTS: dict[str, Defect] = {defect.id: defect for defect in (*SHOP_DEFECTS, *ENDPOINT_DEFECTS)}
