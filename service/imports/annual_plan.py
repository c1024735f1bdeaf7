"""An annual plan comes in: its items become cases, its instruments are registered, each thing once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from service.commands.imports import (
    ImportPlan,
    Relations,
    Works,
    import_case,
    import_groups,
    import_instrument,
    import_plan,
    relate,
)
from service.imports.groups import groups_of
from service.imports.instruments_file import Instruments, command_of, read_instruments
from service.imports.plan_cases import case_of
from service.imports.plan_file import Partner, PlanHead, PlanItem
from service.imports.reading import EntryFaulty, Source, each_once, entry, listed, said, section, shipped, source_at
from service.imports.report import Report, Tally
from workflows.errors import DataInvalid

PLAN_FILE = "annual-plan-2023.json"
INSTRUMENTS_FILE = "instruments.json"
LANGUAGES = ("nl", "fr", "de", "en")

Progress = Callable[[int, int], None]
"""Hears how many entries are done, of how many."""


@dataclass(frozen=True, slots=True)
class AnnualPlan:
    """A plan as it was read. `faults`: sentences about items that do not fit; `left_out`: how many those are."""

    head: PlanHead
    items: tuple[PlanItem, ...]
    partners: Mapping[str, Partner]
    instruments: Instruments
    faults: tuple[str, ...]
    left_out: int


def annual_plan_at(path: Path) -> AnnualPlan:
    """Read a plan, with the instruments in the file beside it, else those that travel with the product.

    Raises ImportFaulty when a file as a whole cannot be used.
    """
    beside = path.parent / INSTRUMENTS_FILE
    return read_plan(source_at(path), source_at(beside) if beside.is_file() else shipped(INSTRUMENTS_FILE))


def shipped_plan() -> AnnualPlan:
    """The plan that travels with the product: that of the Benelux Union for 2023."""
    return read_plan(shipped(PLAN_FILE), shipped(INSTRUMENTS_FILE))


def read_plan(plan: Source, instruments: Source) -> AnnualPlan:
    """Read a plan and its instruments. Raises ImportFaulty."""
    document = plan.parsed()
    head = section(plan, document, "plan", PlanHead)
    values = listed(plan, document, "items")
    items, faults = each_once(values, PlanItem, "id", "item")
    return AnnualPlan(
        head=head,
        items=tuple(items.values()),
        partners=dict(_partners(document)),
        instruments=read_instruments(instruments, head.id),
        faults=tuple(faults),
        left_out=len(values) - len(items),
    )


def _partners(document: Any) -> Iterator[tuple[str, Partner]]:
    """Names of partners are a help; a code without one is shown as it is."""
    vocabularies = document.get("vocabularies")
    partners = vocabularies.get("partners") if isinstance(vocabularies, dict) else None
    for code, value in partners.items() if isinstance(partners, dict) else ():
        try:
            yield code, entry(value, Partner)
        except EntryFaulty:
            continue


def import_annual_plan(plan: AnnualPlan, works: Works, progress: Progress = lambda done, of: None) -> Report:
    """Take a plan over, an entry a transaction; what is there already stays as it is."""
    of = len(plan.instruments.benelux) + len(plan.items)
    _keep_frame(plan, works)
    ids: dict[str, str] = {}
    instruments = Tally(refused=list(plan.instruments.faults), left_out=plan.instruments.left_out)
    for instrument in plan.instruments.benelux:
        kept = import_instrument(command_of(instrument, plan.instruments.plan), works())
        ids[_instrument(instrument.id)] = instruments.count(instrument.id, kept)
        progress(len(ids), of)
    items = Tally(refused=list(plan.faults), left_out=plan.left_out)
    on = min(date(plan.head.year, 1, 1), works().today)
    for done, item in enumerate(plan.items, 1 + len(plan.instruments.benelux)):
        try:
            kept = import_case(case_of(item, plan.head, on, plan.partners, plan.instruments.acts), works())
            ids[item.id] = items.count(item.id, kept)
        except DataInvalid as refusal:
            items.refuse(item.id, said(refusal.faults))
        progress(done, of)
    relations, remarks = relations_of(plan, ids)
    relate(relations, works())
    return Report(plan.head.title_en, {"items": items, "instruments": instruments}, remarks)


def _keep_frame(plan: AnnualPlan, works: Works) -> None:
    """What the items stand in: the plan itself, and the working groups."""
    head = plan.head
    title = {language: getattr(head, f"title_{language}") for language in LANGUAGES}
    rest = {**(head.model_extra or {}), "instruments_of": plan.instruments.plan}
    import_plan(ImportPlan(id=head.id, year=head.year, title=title, source=rest), works())
    import_groups(groups_of((name for item in plan.items for name in item.working_groups), head.id), works())


def _instrument(id: str) -> str:
    """An instrument among the ids of items: no item is called so."""
    return f"instrument {id}"


def relations_of(plan: AnnualPlan, ids: Mapping[str, str]) -> tuple[Relations, list[str]]:
    """The relations whose two ends are there, and a sentence for each of the others."""
    remarks: list[str] = []

    def ends(owner: str, field: str, one: str, other: str) -> Iterator[tuple[str, str]]:
        missing = next((name for name in (one, other) if name not in ids), None)
        if missing is None:
            yield ids[one], ids[other]
        elif missing != owner:  # an item that is not there was told of before
            remarks.append(f"{owner}: {field}: {missing} is not there, so the relation was not kept")

    links = [
        (case, kind, other)
        for item in plan.items
        for kind, target in [("parent", item.parent), *(("related", one) for one in item.related)]
        if target is not None
        for case, other in ends(item.id, kind, item.id, target)
    ]
    uses = [
        (case, relation, instrument)
        for item in plan.items
        for relation, name in _uses(item)
        for case, instrument in ends(item.id, relation, item.id, _instrument(name))
    ]
    amendments = [
        (amending, "amends", amended)
        for one in plan.instruments.benelux
        for first, second in [
            *((one.id, other) for other in one.amends),
            *((other, one.id) for other in one.amended_by),
        ]
        for amending, amended in ends(one.id, "amends", _instrument(first), _instrument(second))
    ]
    return Relations(links=tuple(links), uses=tuple(uses), amendments=tuple(amendments)), remarks


def _uses(item: PlanItem) -> Iterator[tuple[str, str]]:
    yield from (("produces", name) for name in item.produces_instruments)
    yield from ((reference.relation, reference.instrument_id) for reference in item.instruments_referenced)
