"""From an item of an annual plan to the case that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.commands.imports import ImportCase
from service.imports.groups import group_code
from service.imports.instruments_file import OuterAct
from service.imports.plan_file import Partner, PlanHead, PlanItem
from service.imports.reading import fingerprint
from workflows import shelf
from workflows.actor import SECRETARIAT

PROCEDURES = {"obstacle": "benelux-obstacle", "instrument_preparation": "benelux-proposal"}
PROJECT = "benelux-project"
INFERRED = "Afgeleid, staat niet in het jaarplan: "
"""Set before an obstacle that the compiler concluded, wherever it stands in one text with what the plan says."""
LANGUAGE = "nl"


def case_of(
    item: PlanItem, plan: PlanHead, on: date, partners: Mapping[str, Partner], acts: Mapping[str, OuterAct]
) -> ImportCase:
    """The command that takes an item over. `on`: the day as of which the plan speaks."""
    procedure = shelf.newest(PROCEDURES.get(item.kind, PROJECT))
    return ImportCase(
        key=key_of(plan.id, item.id),
        fingerprint=fingerprint(item.model_dump(mode="json")),
        procedure=procedure,
        stage=procedure.imported_into(item.stage_hint),
        title=item.title_nl,
        language=LANGUAGE,
        organisation=SECRETARIAT,
        countries=tuple(item.countries),
        regions=tuple(item.subnational),
        working_group=group_code(item.working_groups[0]) if item.working_groups else None,
        theme=item.theme,
        content=CONTENTS[procedure.id](item, partners) | {"plan": _plan(item, plan, acts)},
        on=on,
        plan_status=({"on": on.isoformat(), "status": item.status, "basis": item.status_basis},),
        source={
            "plan": plan.id,
            "item": item.id,
            "section": item.section,
            "source_lines": item.source_lines,
            "kind": item.kind,
            "stage_hint": item.stage_hint,
            "parent": item.parent,
            "related": item.related,
        },
    )


def key_of(plan: str, item: str) -> str:
    """What makes the import of an item idempotent."""
    return f"{plan}/{item}"


def _obstacle(item: PlanItem, partners: Mapping[str, Partner]) -> dict[str, Any]:
    """Who is hindered the plan does not say, so the field stays open."""
    return {"situation": _told(item)}


def _proposal(item: PlanItem, partners: Mapping[str, Partner]) -> dict[str, Any]:
    return {"subject": item.title_nl, "why": _told(item)}


def _project(item: PlanItem, partners: Mapping[str, Partner]) -> dict[str, Any]:
    names = [partners[code].label_nl if code in partners else code for code in item.partners]
    told = {"summary": item.summary_nl, "obstacle": item.obstacle_nl, "partners": names}
    return {name: value for name, value in told.items() if value}


CONTENTS = {"benelux-obstacle": _obstacle, "benelux-proposal": _proposal, PROJECT: _project}


def _told(item: PlanItem) -> str:
    """What the plan says of the situation, and the obstacle in it; marked where the plan does not say it itself."""
    if item.obstacle_nl is None:
        return item.summary_nl
    mark = "" if item.obstacle_basis == "stated" else INFERRED
    return f"{item.summary_nl}\n\n{mark}{item.obstacle_nl}"


def _plan(item: PlanItem, plan: PlanHead, acts: Mapping[str, OuterAct]) -> dict[str, Any]:
    """Everything that the plan says of the item and the form has no place for, with what was inferred by name."""
    written = item.model_dump(mode="json", exclude={"eu_acts_referenced", "countries", "subnational", "theme"})
    told = {name: value for name, value in written.items() if value not in (None, [])}
    for name in ("title", "summary", "obstacle"):
        told[f"{name}s"] = {
            language: told.pop(f"{name}_{language}")
            for language in ("nl", "fr", "de", "en")
            if f"{name}_{language}" in told
        }
    eu_acts = [_act(key, acts) for key in item.eu_acts_referenced]
    told |= {"plan": plan.id, "year": plan.year, "eu_acts": eu_acts, "inferred": inferred(item, eu_acts)}
    return {name: value for name, value in told.items() if value != {} and (value != [] or name == "inferred")}


def _act(key: str, acts: Mapping[str, OuterAct]) -> dict[str, Any]:
    act = acts.get(key)
    if act is None:
        return {"key": key, "inferred": False}
    return {
        "key": key,
        "number": act.number,
        "type": act.type,
        "title": act.title_nl,
        "inferred": not act.number_in_seed,
    }


def inferred(item: PlanItem, eu_acts: list[dict[str, Any]]) -> list[str]:
    """What the plan does not say itself, by name. The stage is always the compiler's reading of the wording."""
    found = {
        "status": item.status_basis != "heading",
        "stage": True,
        "obstacle": item.obstacle_nl is not None and item.obstacle_basis != "stated",
        "intended_instruments": item.intended_instruments_basis == "inferred",
        "eu_acts": any(act["inferred"] for act in eu_acts),
    }
    return [name for name, is_inferred in found.items() if is_inferred]
