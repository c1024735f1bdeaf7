"""Notices: what every event should have set off, worked out from the words of the procedures, and who got a letter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tests.faults.books import Books, Row, grouped, listed, mapped
from workflows import shelf
from workflows.procedure import Act, Procedure

Told = dict[str, list[str]]
"""Notice -> role words."""
OPEN = {"decision": {"planned", "adopted"}, "recommendation": {"planned"}}
"""The states of a measure in which something is still to be done, by the kind of its instrument."""


def check_notices(books: Books) -> Iterator[str]:
    """Each event has the rows in the outbox that the procedure names for it, to the roles that it names; no others."""
    outbox = grouped(books["outbox"], "event_id")
    for case, events in books.events.items():
        expected = dict(zip((event["id"] for event in events), _expected(books, case, events), strict=True))
        rang: dict[tuple[str, str], Told] = defaultdict(dict)
        for event in events:
            found = {row["notice"]: listed(row["roles"]) for row in outbox.get(event["id"], [])}
            if event["kind"] == "ClockRang":  # marks that come together are told once, by the last
                rang[str(event["at"]), event["said"]["clock"]] |= found
            elif found != expected[event["id"]]:
                yield f"notices of {case} {event['position']}: {found}, should be {expected[event['id']]}"
        for (at, clock), found in rang.items():
            together = [
                e for e in events if e["kind"] == "ClockRang" and (str(e["at"]), e["said"]["clock"]) == (at, clock)
            ]
            due = {notice: roles for event in together for notice, roles in expected[event["id"]].items()}
            if found != due:
                yield f"notices of {case}, clock {clock} at {at}: {found}, should be {due}"


def _expected(books: Books, case: str, events: list[Row]) -> Iterator[Told]:
    row = books.cases[case]
    rules = shelf.procedure(row["procedure"], row["procedure_version"])
    rounds = {one["id"]: set(listed(one["voters"])) for one in books["consultations"]}
    spoken: dict[str, set[str]] = defaultdict(set)
    instruments = {one["id"]: one["kind"] for one in books["instruments"]}
    states = {
        one["id"]: (instruments[one["instrument_id"]], "planned") for one in books["measures"] if one["case_id"] == case
    }
    for event in events:
        body, stage = event["said"], event["stage"]
        if event["kind"] == "CaseMoved":
            yield _of_a_move(rules, body)
        elif event["kind"] == "ClockRang":
            yield _of_a_mark(rules, body)
        elif event["kind"] == "PositionGiven":
            voters, about = rounds[body["consultation"]], spoken[body["consultation"]]
            before = voters <= about
            _speak(about, event["aside"])
            yield _of_an_act(rules.acts["give_position"], stage, voters <= about and not before)
        elif event["kind"] == "MeasureRecorded":
            before = _done(states)
            states[body["measure"]] = (instruments[body["instrument"]], body["state"])
            ended = stage in rules.endings
            yield _of_an_act(rules.acts["record_measure"], stage, _done(states) and not before and not ended)
        elif "act" in body:
            yield _of_an_act(rules.acts[body["act"]], stage, complete=False)
        else:
            yield {}


def _of_a_move(rules: Procedure, body: Mapping[str, Any]) -> Told:
    told = {notice: list(roles) for notice, roles in rules.moves[body["move"]].tells.items()}
    if "consultation" not in body:
        told.pop("cancelled", None)  # nothing was open, so nothing is cancelled
    if "spawned" in body:
        told["waiting"] = list(dict.fromkeys((*told.get("waiting", ()), "intake")))
    return told


def _of_a_mark(rules: Procedure, body: Mapping[str, Any]) -> Told:
    rule = rules.clocks[body["clock"]]
    marks = {f"before:{period}": heard for period, heard in rule.before} | {
        f"at:{share}%": heard for share, heard in rule.at
    }
    return {notice: list(roles) for notice, roles in {**marks, "late": rule.late}[body["mark"]]}


def _of_an_act(act: Act, stage: str, complete: bool) -> Told:
    told = {notice: list(roles) for notice, roles in act.tells.items()}
    last = act.when_all.get(stage, {}) if complete else {}
    return told | {notice: list(roles) for notice, roles in last.items()}


def _speak(about: set[str], aside: Mapping[str, Any]) -> None:
    if aside.get("position") == "withdrawn":
        about.discard(aside["for"])
    else:
        about.add(aside["for"])


def _done(states: Mapping[str, tuple[str, str]]) -> bool:
    return not any(state in OPEN[kind] for kind, state in states.values())


def check_letters(books: Books) -> Iterator[str]:
    """Whoever is to hear has a letter, once, unless it is still to be found out who that is."""
    letters, events = grouped(books["deliveries"], "outbox_id"), {event["id"]: event for event in books["events"]}
    for row in books["outbox"]:
        mine = letters.pop(row["id"], [])
        if mine and row["expanded_at"] is None:
            yield f"letters of {row['id']}: are there, and it does not say so"
        if not mine and row["expanded_at"] is not None and not _may_be_silent(books, row, events.get(row["event_id"])):
            to = ", ".join(listed(row["roles"]))
            yield f"letters of {row['id']}: nobody heard of {row['notice']} to {to} of {row['case_id']}"
        for letter in mine:
            if any(letter[name] != row[name] for name in ("event_id", "case_id", "notice")):
                yield f"letter {letter['id']}: is about something else than {row['id']}"
    for id in letters:
        yield f"letters of {id}: are there without anything to tell"
    for names in (("event_id", "person_id", "notice"), ("message_id",)):
        keys = Counter(tuple(row[name] for name in names) for row in books["deliveries"] if row[names[0]] is not None)
        for key, number in keys.items():
            if number > 1:
                yield f"letters: {number} of {key}"


def _may_be_silent(books: Books, row: Row, event: Row | None) -> bool:
    """May it be that nobody hears? One's own act; roles in which nobody was ever asked; the secretariat's own case."""
    if event is None or "person" in mapped(row["context"]):
        return True  # of a person who may be inactive by now
    case = books.cases[row["case_id"]]
    by = {one["by_role"] for one in books["invitations"] if one["case_id"] == case["id"]}
    roles = {role for role in listed(row["roles"]) if role not in {"delegate", "minister_office"} or role in by}
    if row["notice"] in {"reminder", "late"}:
        roles -= {"delegate", "minister_office"}  # only the silent hear it, and they may all have spoken since
    if case["organisation"] == "BENELUX-SG":
        roles -= {"filer"}
    hers = event["actor"] is not None and row["notice"] not in {"waiting", "receipt", "ending"}
    return not roles or (hers and len(roles) == 1)  # and it may be she who holds it
