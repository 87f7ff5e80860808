"""The gate: what a client sends is read by us, whole and bounded, before any room or log sees it (DESIGN §6).

Written from the public description of the Yjs update format (version 1). `parse` reads bytes into structs and knows
nothing of a document; `Index` is what a room knows about its document (what stands where, which clocks exist, what is
deleted); `admit` decides whether a parsed update may enter and takes it into the index. No Django, no pycrdt.
"""

from realtime.gate.admit import Admission, Admitted, admit, learn
from realtime.gate.encode import NOTHING, merge
from realtime.gate.errors import Missing, Refused
from realtime.gate.index import Index
from realtime.gate.parse import STORED, Limits, ParsedUpdate, parse, parse_state_vector
from realtime.gate.schema import Rules

__all__ = [
    "NOTHING",
    "STORED",
    "Admission",
    "Admitted",
    "Index",
    "Limits",
    "Missing",
    "ParsedUpdate",
    "Refused",
    "Rules",
    "admit",
    "learn",
    "merge",
    "parse",
    "parse_state_vector",
]
