"""A verifier of the chain by somebody who has only read the contract of the API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any


def verify_chain(events: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong with the events of one case, oldest first; nothing, if nobody changed them."""
    faults, previous = [], None
    for position, event in enumerate(events, start=1):
        if event["position"] != position:
            faults.append(f"{event['position']} stands where {position} should")
        if hashlib.sha256(event["body"].encode()).hexdigest() != event["sha256"]:
            faults.append(f"{position}: the body is not the one that was hashed")
        if event["previous"] != previous or json.loads(event["body"])["previous"] != previous:
            faults.append(f"{position}: does not follow the event before it")
        previous = event["sha256"]
    return faults
