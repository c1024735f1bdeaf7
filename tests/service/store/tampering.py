"""Tampering: what an owner of a database may do to it, drawn at random, and where it must be named."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, delete

from service.store.chain import Fault
from tests.service.store.owner import TABLES, Owner, Row
from workflows.events import canonical

BLIND: Mapping[str, frozenset[str]] = {
    "cases": frozenset({"version", "updated_at"}),
    "clocks": frozenset({"calendar_version", "data_on"}),
    "digests": frozenset(TABLES["digests"].c.keys()) - {"seal_id"},
    "seals": frozenset(),
    "events": frozenset(),
}
"""Columns that no event tells of. docs/audit.md gives the reason of each."""

HARMLESS = frozenset({"ClockRang", "CaseCorrected"})
"""Kinds that may be told a second time by the rules, and change nothing that is kept."""

TOLD = (
    "cases", "case_countries", "clocks", "consultations", "invitations", "positions", "instruments", "expressions",
    "measures", "analyses", "comments", "documents", "links",
)  # fmt: skip
"""Tables in which every row of a filed case follows from its events."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made. One of `where` must be named: the id of a case (with the position, where there is one),
    or what a fault that is about no case begins with."""

    kind: str
    what: str
    where: frozenset[str]
    position: int | None = None

    def named_by(self, faults: list[Fault]) -> bool:
        """Is one of the faults about this?"""
        places = [fault for fault in faults if any(fault.case.startswith(place) for place in self.where)]
        return any(self.position in (None, fault.position) for fault in places)


def change_event(this: Owner) -> Change:
    """Another value in a column of an event."""
    row = this.pick(this.rows("events"))
    name = this.pick(sorted(row))
    column = TABLES["events"].c[name]
    value = this.other(column, row[name])
    if name == "private" and value is None:
        value = "{}"
    this.set("events", row, **{name: value})
    # an event that was given to another case, or another place, is missing where it was
    place = None if name in {"case_id", "position"} else row["position"]
    return Change("event column", f"events.{name}", frozenset({row["case_id"]}), place)


def change_body(this: Owner) -> Change:
    """Another word in a body, with its right hash."""
    events = this.some_events()
    row = this.pick(events)
    body = json.loads(row["body"])
    name = this.pick(body)
    body[name] = "forged" if not isinstance(body[name], str) else f"{body[name]}x"
    text = canonical(body)
    this.set("events", row, body=text, sha256=hashlib.sha256(text.encode()).hexdigest())
    # the one after it no longer follows; nothing comes after the last, so there the case itself must not agree
    place = row["position"] + 1 if row is not events[-1] else None
    return Change("body with its hash", f"body.{name}", frozenset({row["case_id"]}), place)


def remove_event(this: Owner) -> Change:
    """An event out of the middle."""
    events = this.some_events(2)
    row = this.pick(events[:-1])
    this.remove("events", row)
    return Change("event removed", f"position {row['position']}", frozenset({row["case_id"]}))


def insert_event(this: Owner) -> Change:
    """An event that never was, with a right hash, at the end or in between."""
    events = this.some_events()
    row = this.pick(events)
    return tell_again(this, row, events[-1], agreed=this.pick([True, False]) and row["kind"] not in HARMLESS)


def tell_again(this: Owner, row: Row, end: Row, *, agreed: bool) -> Change:
    """The same event once more behind the end, with a right hash; `agreed`: the case names it as the end."""
    id = f"{row['id'][:-4]}beef"
    body = json.loads(row["body"]) | {"id": id, "position": end["position"] + 1, "previous": end["sha256"]}
    text = canonical(body)
    hash = hashlib.sha256(text.encode()).hexdigest()
    this.put("events", {**row, "id": id, "position": end["position"] + 1, "body": text, "sha256": hash})
    if agreed:
        this.set_head(row["case_id"], hash, end["position"] + 1)
    return Change("event inserted", row["kind"], frozenset({row["case_id"]}))


def swap_events(this: Owner) -> Change:
    """Two events of a case in each other's place."""
    events = this.some_events(2)
    one, two = this.pick(events[:-1]), events[-1]
    this.set("events", one, position=9999)
    this.set("events", two, position=one["position"])
    this.set("events", one, position=two["position"])
    return Change("events swapped", "in a case", frozenset({one["case_id"]}))


def exchange_events(this: Owner) -> Change:
    """Two cases with each other's event."""
    one = this.pick(this.some_events())
    two = this.pick(row for case in this.cases if case["id"] != one["case_id"] for row in this.events(case["id"]))
    this.set("events", one, case_id=two["case_id"], position=9999)
    this.set("events", two, case_id=one["case_id"], position=one["position"])
    this.set("events", one, position=two["position"])
    return Change("events exchanged", "between cases", frozenset({one["case_id"]}))


def cut_tail(this: Owner) -> Change:
    """The last events gone, and the case sometimes made to agree."""
    events = this.some_events(2)
    kept = this.pick(range(1, len(events)))
    for row in events[kept:]:
        this.remove("events", row)
    agreed = this.pick([True, False])
    if agreed:
        this.set_head(events[0]["case_id"], events[kept - 1]["sha256"], kept)
    return Change("tail cut", f"head {'set' if agreed else 'left'}", frozenset({events[0]["case_id"]}))


def remove_case(this: Owner) -> Change:
    """A case gone: its row, its row and its events, or everything that hangs on it."""
    case = this.pick(this.cases)
    depth = this.pick([0, 1, 2])
    names = (
        ("cases",)
        if depth == 0
        else ("events", "cases")
        if depth == 1
        else ("events", *TOLD[1:], "outbox", "deliveries")
    )
    for name in names:
        table = TABLES[name]
        if name == "expressions":
            continue
        column = table.c.case_id if "case_id" in table.c else table.c.id
        this._connection.execute(delete(table).where(column == case["id"]))
    if depth == 2:
        this._connection.execute(delete(TABLES["cases"]).where(TABLES["cases"].c.id == case["id"]))
    prefix = str(case["reference"]).rpartition("-")[0]
    return Change("case removed", str(depth), frozenset({case["id"], prefix, "events", "clocks", "seals"}))


def rewrite_chain(this: Owner) -> Change:
    """From some event on the chain is written anew with right hashes, and sometimes the head with it."""
    events = this.some_events()
    start = this.pick(range(len(events)))
    head = this.rewritten(events, start, {"on": "2020-02-02"})
    agreed = this.pick([True, False])
    if agreed:
        this.set_head(events[0]["case_id"], head)
    return Change("chain rewritten", f"head {'set' if agreed else 'left'}", frozenset({events[0]["case_id"]}))


def change_number(this: Owner) -> Change:
    """A counter, a reference or the number of an instrument."""
    match this.pick(["counter", "lost", "reference", "instrument"]):
        case "counter":
            row = this.pick(this.rows("numbers"))
            this.set("numbers", row, last=row["last"] + this.pick([-1, 1, 5]))
            return Change("number", "counter", frozenset({f"{row['series']}-", f"{row['series']}("}))
        case "lost":
            row = this.pick(this.rows("numbers"))
            this.remove("numbers", row)
            return Change("number", "counter removed", frozenset({f"{row['series']}-", f"{row['series']}("}))
        case "reference":
            row = this.pick(this.cases)
            this.set("cases", row, reference=f"{row['reference'][:-1]}9")
            return Change("number", "reference", frozenset({row["id"]}))
        case _:
            numbered = [row for row in this.rows("instruments") if row["number"] and row["case_id"] is not None]
            row = this.pick(numbered)
            this.set("instruments", row, number=this.pick(["M(2026)99", "M(2031)1", None]))
            return Change("number", "instrument", frozenset({row["case_id"]}))


def change_told(this: Owner) -> Change:
    """Another value in a row that follows from events."""
    name = this.pick([*TOLD, "cases", "cases", "clocks", "positions", "measures", "instruments"])
    rows = [row for row in this.rows(name) if name != "instruments" or row["case_id"] is not None]
    row = this.pick(rows)
    return write_another(
        this, name, row, this.pick([one for one in TABLES[name].c if one.name not in BLIND.get(name, ())])
    )


def write_another(this: Owner, name: str, row: Row, column: Column[Any]) -> Change:
    """Another value in a column of a row."""
    # Of the words that a procedure allows no event tells which it was (docs/audit.md).
    value = "forged" if column.name == "begun_by" else this.other(column, row[column.name])
    this.set(name, row, **{column.name: value})
    return Change("row changed", f"{name}.{column.name}", this_case(this, name, row) | {name})


def remove_told(this: Owner) -> Change:
    """A row that follows from events, gone."""
    name = this.pick(TOLD[1:])
    row = this.pick(row for row in this.rows(name) if name != "instruments" or row["case_id"] is not None)
    this.remove(name, row)
    return Change("row removed", name, this_case(this, name, row))


def insert_told(this: Owner) -> Change:
    """A row that no event tells of."""
    name = this.pick(
        [
            "consultations",
            "positions",
            "comments",
            "documents",
            "measures",
            "analyses",
            "links",
            "invitations",
            "case_countries",
            "clocks",
        ]
    )
    row = this.pick(this.rows(name))
    key = {
        "analyses": "country",
        "links": "to_case",
        "invitations": "organisation",
        "case_countries": "country",
        "clocks": "name",
    }.get(name, "id")
    others = [case["id"] for case in this.cases if case["id"] != row["case_id"]]
    new = {"country": "DE", "to_case": this.pick(others), "organisation": "EC", "name": "invented"}.get(
        key, f"{str(row[key])[:-4]}beef"
    )
    more: Row = (
        {"open": False, "round": 77} if name == "consultations" else {"superseded": True} if name == "positions" else {}
    )
    this.put(name, {**row, **more, key: new})
    return Change("row inserted", name, this_case(this, name, row) | {str(new)})


def change_seal(this: Owner) -> Change:
    """Another value in a seal."""
    row = this.pick(this.rows("seals"))
    name = this.pick(["at", "root", "cases", "events", "id"])
    value = hashlib.sha256(b"forged").hexdigest() if name == "root" else this.other(TABLES["seals"].c[name], row[name])
    this.set("seals", row, **{name: value})
    return Change("seal changed", f"seals.{name}", frozenset({"seals", "digests", "sealed_heads"}))


def remove_seal(this: Owner) -> Change:
    """A seal gone that was printed."""
    row = this.pick(this.rows("seals"))
    this.remove("seals", row)
    return Change("seal removed", "seals", frozenset({"digests"}))


def remove_mandate(this: Owner) -> Change:
    """Somebody who acted never had the mandate, or another had it."""
    used = [
        row
        for row in this.rows("mandates")
        if row["id"] in {"mandate-officer", "mandate-secretary", "mandate-sg", "mandate-intake"}
    ]
    row = this.pick(used)
    match this.pick([0, 1, 2]):
        case 0:
            this.remove("mandates", row)
        case 1:
            this.set("mandates", row, person_id="person-stranger")
        case _:
            this.set("mandates", row, organisation="EC")
    return Change("mandate", row["id"], frozenset(case["id"] for case in this.cases))


def point_nowhere(this: Owner) -> Change:
    """A letter about an event that is not there."""
    name = this.pick(["outbox", "deliveries"])
    row = this.pick(row for row in this.rows(name) if row["event_id"] is not None)
    this.set(name, row, event_id="01999999-0000-7000-8000-000000000000")
    return Change("letter", name, frozenset({name}))


def this_case(this: Owner, name: str, row: Row) -> frozenset[str]:
    """The case on which a row hangs."""
    if name == "expressions":
        return frozenset(one["case_id"] for one in this.rows("instruments") if one["id"] == row["instrument_id"])
    if name == "links" and row["kind"] == "spawned_from":
        return frozenset({row["to_case"]})
    return frozenset({row["id"] if name == "cases" else row["case_id"]})


CHOSEN: tuple[tuple[Callable[[Owner], Change], int], ...] = (
    (change_event, 20), (change_body, 6), (remove_event, 5), (insert_event, 6), (swap_events, 4), (exchange_events, 4),
    (cut_tail, 6), (remove_case, 4), (rewrite_chain, 6), (change_number, 6), (change_told, 30), (remove_told, 8),
    (insert_told, 8), (change_seal, 3), (remove_seal, 1), (remove_mandate, 2), (point_nowhere, 2),
)  # fmt: skip
DEEDS = [deed for deed, _ in CHOSEN]
WEIGHTS = [weight for _, weight in CHOSEN]


def tamper(owner: Owner, chance: random.Random) -> Change:
    """Let the owner do one thing."""
    return chance.choices(DEEDS, WEIGHTS)[0](owner)
