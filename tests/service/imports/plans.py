"""Small plans for tests: as a file would hold them, complete but for what a test changes."""

from __future__ import annotations

import json
from typing import Any

from service.imports.annual_plan import AnnualPlan, read_plan
from service.imports.reading import Source


def an_item(id: str = "2030-1.1-01", **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "id": id,
        "kind": "project",
        "theme": "energy",
        "status": "new",
        "status_basis": "heading",
        "stage_hint": "exploration",
        "section": "1.1",
        "source_lines": ["12-15"],
        "title_nl": f"Titel van {id}",
        "summary_nl": "Een samenvatting.",
        "countries": ["BE", "NL"],
    }
    return given | changes


def an_instrument(id: str = "M(2030)4", **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "id": id,
        "number": id if id.startswith("M(") else None,
        "type": "decision",
        "status": "in_force",
        "title_nl": "Een beschikking",
        "date": None,
        "amends": [],
        "amended_by": [],
    }
    return given | changes


def a_plan(*items: Any, instruments: tuple[Any, ...] = (), **head: Any) -> AnnualPlan:
    titles = {f"title_{language}": f"Plan ({language})" for language in ("nl", "fr", "de", "en")}
    plan = {"plan": {"id": "plan-2030", "year": 2024, **titles, **head}, "items": list(items)}
    beside = {"plan_id": "plan-2030", "benelux_instruments": list(instruments)}
    return read_plan(a_source(plan), a_source(beside, "instruments.json"))


def a_source(document: Any, name: str = "plan.json") -> Source:
    return Source(name, json.dumps(document).encode())
