"""What the levers say and hear. Frozen records; amounts in fen, moments aware.

`at` and `sent` are wire time, `due` and `success_time` business time (see `harness.core.clock`).
"""

from harness.levers.actions import FaultOperation
from harness.levers.models.bills import BillChange, BillRequest
from harness.levers.models.credentials import (
    CertificateKind,
    Door,
    KeyModeName,
    MerchantCertificate,
    PlatformKeys,
)
from harness.levers.models.fault import Fault, MetFault, RuleInForce
from harness.levers.models.ledger import Ledger, LedgerEntry
from harness.levers.models.orders import (
    AuditEvent,
    Creation,
    Delivery,
    OrderAudit,
    Payment,
    RefundAudit,
    RefusedSignature,
    SignatureKind,
)

__all__ = [
    "LEVERS",
    "MERCHANT_HEADER",
    "SCENARIO_HEADER",
    "AuditEvent",
    "BillChange",
    "BillRequest",
    "CertificateKind",
    "Creation",
    "Delivery",
    "Door",
    "Fault",
    "FaultOperation",
    "KeyModeName",
    "Ledger",
    "LedgerEntry",
    "MerchantCertificate",
    "MetFault",
    "OrderAudit",
    "Payment",
    "PlatformKeys",
    "RefundAudit",
    "RefusedSignature",
    "RuleInForce",
    "SignatureKind",
]

LEVERS = "/_golive"
"""Where a simulator serves them."""
MERCHANT_HEADER = "Golive-Merchant"
"""Names the account by its mchid; without it the first one is meant."""
SCENARIO_HEADER = "Golive-Scenario"
"""Says that a scenario asks: what it switches on is part of the rehearsal, and no rule of somebody's own."""
