"""The verdict: everything that must hold after an attack, whatever was asked for, by whom, and however it ended.

Most of it is worked out here from the rows themselves, with nothing of the product but the words of its procedures:
a check that shares its reasoning with what it checks would share its faults. The product's own checks come last.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from service.store.chain import verify
from service.store.checking import faults_of
from service.store.recomputing import check_numbers, recompute
from service.store.resealing import check_seals
from tests.faults.books import Books, day, grouped, listed, read
from tests.faults.notices import check_letters, check_notices
from tests.faults.told import CameTo, Deed
from workflows import shelf

REFERENCE = re.compile(r"(?P<series>[A-Z]+)-(?P<year>\d{4})-(?P<number>\d{4,})")
OF_THE_MINISTERS = re.compile(r"M\((?P<year>\d{4})\)(?P<number>\d+)")


def verdict(database_url: str, told: Iterable[Deed] = ()) -> list[str]:
    """What is wrong with the database at this address, after everybody who worked on it has ended.

    `told`: what the attackers asked for and what they were told came of it.
    """
    engine = create_engine(database_url, poolclass=NullPool)
    try:
        with engine.connect() as connection, connection.begin():
            books = read(connection)
            return [*judge(books, tuple(told)), *_by_the_product(connection)]
    finally:
        engine.dispose()


def judge(books: Books, told: Sequence[Deed] = ()) -> list[str]:
    """The same from what was read, without the product's own checks."""
    return [
        *(fault for check in CHECKS for fault in _of(check, books)),
        *(fault for check in OF_THE_TOLD for fault in _of(check, books, told)),
    ]


def _of(check: Callable[..., Iterator[str]], *given: object) -> Iterator[str]:
    """What a check finds; that it cannot be made of what it was given is a fault too."""
    try:
        yield from check(*given)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        yield f"{check.__name__} cannot be made: {error!r}"


def _by_the_product(connection: Connection) -> Iterator[str]:
    yield from (f"audit verify: {fault}" for fault in verify(connection))
    yield from (f"audit verify: {fault}" for fault in check_numbers(connection))
    yield from (f"audit verify: {fault}" for fault in check_seals(connection))
    yield from (f"audit verify: {fault}" for _, found in recompute(connection) for fault in found)
    yield from (f"db check: {fault}" for fault in faults_of(connection))


# -- the log, and the rows that it explains ----------------------------------------------------------


def check_chains(books: Books) -> Iterator[str]:
    """Positions 1, 2, 3 …; each body hashes to its hash and names the one before; the case names the last."""
    for case in books["cases"]:
        events, last = books.events.get(case["id"], []), None
        if [event["position"] for event in events] != list(range(1, len(events) + 1)):
            yield f"chain of {case['id']}: positions {[event['position'] for event in events]}"
        for event in events:
            if event["said"].get("previous") != last or hashed(event["body"]) != event["sha256"]:
                yield f"chain of {case['id']}: position {event['position']} does not hold"
            if event["private"] is not None and hashed(event["private"]) != event["said"].get("private_sha256"):
                yield f"chain of {case['id']}: the private part of position {event['position']} does not hold"
            last = event["sha256"]
        if (case["events"], case["head"]) != (len(events), last):
            yield f"tail of {case['id']}: {case['events']} events to {case['head']}; in the log {len(events)} to {last}"
    for id in books.events.keys() - books.cases.keys():
        yield f"chain of {id}: there is no such case"


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check_rows(books: Books) -> Iterator[str]:
    """Stage, anchor, reference, end and countries of each case are what its events say."""
    countries = grouped(books["case_countries"], "case_id")
    for id, case in books.cases.items():
        rules = shelf.procedure(case["procedure"], case["procedure_version"])
        said = {"stage": rules.starts_in, "anchor": None, "reference": None}
        for event in books.events.get(id, []):
            names = {"stage": "to", "anchor": "anchor", "reference": "reference"}
            said |= {name: event["said"][key] for name, key in names.items() if key in event["said"]}
            if event["stage"] != said["stage"]:
                yield f"row of {id}: position {event['position']} stands in {event['stage']}, not {said['stage']}"
        for name, value in said.items():
            if case[name] != value:
                yield f"row of {id}: {name} is {case[name]}, by the events {value}"
        if case["ended"] != (case["stage"] in rules.endings):
            yield f"row of {id}: ended is {case['ended']} in {case['stage']}"
        if sorted(listed(case["countries"])) != sorted(row["country"] for row in countries.get(id, [])):
            yield f"row of {id}: its countries are not those in case_countries"


WRITTEN = {"starts_on": day, "due_on": day, "suspended_on": day, "ended_on": day, "rung": listed}
OF_A_CLOCK = ("state", "starts_on", "due_on", "suspended_on", "suspended_days", "rung", "ended_on")


def check_clocks(books: Books) -> Iterator[str]:
    """Each clock stands as the last event that touched it says."""
    kept = {
        (row["case_id"], row["name"]): {name: WRITTEN.get(name, lambda v: v)(row[name]) for name in OF_A_CLOCK}
        for row in books["clocks"]
    }
    said = {
        (event["case_id"], clock["clock"]): {name: clock.get(name) for name in OF_A_CLOCK}
        for event in books.all_events
        for clock in event["said"].get("clocks", ())
    }
    for case, clock in sorted(kept.keys() | said.keys()):
        if kept.get((case, clock)) != said.get((case, clock)):
            yield f"clock {clock} of {case}: is {kept.get((case, clock))}, by the events {said.get((case, clock))}"


# -- numbers -----------------------------------------------------------------------------------------


def check_references(books: Books) -> Iterator[str]:
    """Each series and year counts 1, 2, 3 … without hole or double, and the counter stands at the last."""
    matches = [REFERENCE.fullmatch(case["reference"]) for case in books["cases"] if case["reference"]]
    given = grouped(({"of": (m["series"], int(m["year"])), "n": int(m["number"])} for m in matches if m), "of")
    if None in matches:
        yield "references: one is not written as they are given here"
    counters = {(row["series"], row["year"]): row["last"] for row in books["numbers"] if row["series"] != "M"}
    for series in given.keys() | counters.keys():
        numbers = sorted(row["n"] for row in given.get(series, []))
        if numbers != list(range(1, counters.get(series, 0) + 1)):
            yield f"references {series}: {numbers}, the counter stands at {counters.get(series)}"


def check_instruments(books: Books) -> Iterator[str]:
    """Numbers of our own are unique, told by one event each, and only jump over what was numbered elsewhere."""
    told = Counter(event["said"]["number"] for event in books.all_events if "number" in event["said"])
    own = Counter(row["number"] for row in books["instruments"] if row["number"] and not row["external"])
    for number in told.keys() | own.keys():
        if (told[number], own[number]) != (1, 1):
            yield f"number {number}: {told[number]} events gave it, {own[number]} instruments have it"
    elsewhere = _numbers(row["number"] for row in books["instruments"] if row["number"] and row["external"])
    ours = _numbers(own)
    last = {row["year"]: row["last"] for row in books["numbers"] if row["series"] == "M"}
    for year in last.keys() | ours.keys():
        known = ours.get(year, set()) | elsewhere.get(year, set())
        over = max(elsewhere.get(year, set()), default=0)
        holes = [number for number in range(over + 1, last.get(year, 0) + 1) if number not in known]
        if holes or max(known, default=0) != last.get(year, 0):
            yield f"numbers of {year}: holes {holes}, the counter stands at {last.get(year)}, known {sorted(known)}"


def _numbers(numbers: Iterable[str]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for match in filter(None, map(OF_THE_MINISTERS.fullmatch, numbers)):
        found.setdefault(int(match["year"]), set()).add(int(match["number"]))
    return found


# -- what hangs on a case ----------------------------------------------------------------------------


def check_consultations(books: Books) -> Iterator[str]:
    """At most one is open per case and name, none on a case that ended; rounds count 1, 2, 3 …; one event opened each,
    one ended each that is not open."""
    for (case, name), rounds in grouped(books["consultations"], "case_id", "name").items():
        is_open = [row["id"] for row in rounds if row["open"]]
        if len(is_open) > 1 or (is_open and books.cases[case]["ended"]):
            yield f"consultations {name} of {case}: open are {is_open}"
        if sorted(row["round"] for row in rounds) != list(range(1, len(rounds) + 1)):
            yield f"consultations {name} of {case}: rounds {sorted(row['round'] for row in rounds)}"
    moved = grouped(
        (
            event["said"]
            for event in books.all_events
            if event["kind"] == "CaseMoved" and "consultation" in event["said"]
        ),
        "consultation",
    )
    for row in books["consultations"]:
        said = moved.pop(row["id"], [])
        rules = shelf.procedure(books.cases[row["case_id"]]["procedure"], 1).moves
        opened = sum("round" in body for body in said)
        ended = sum(bool(rules[body["move"]].closes or rules[body["move"]].cancels) for body in said)
        if (opened, ended) != (1, 0 if row["open"] else 1):
            yield f"consultation {row['id']}: opened by {opened} events, ended by {ended}; open is {row['open']}"
    for id in moved:
        yield f"consultation {id}: events tell of it, and it is not there"


def check_positions(books: Books) -> Iterator[str]:
    """Each PositionGiven has its row and each row its event; of each speaker in a round exactly the last one stands."""
    events = [event for event in books.all_events if event["kind"] == "PositionGiven"]
    told = Counter((event["said"]["consultation"], event["aside"].get("for")) for event in events if event["aside"])
    kept = Counter((row["consultation_id"], row["delegation"]) for row in books["positions"])
    if told != kept and all(event["aside"] for event in events):
        yield f"positions: events without a row {dict(told - kept)}, rows without an event {dict(kept - told)}"
    for speaker, rows in grouped(books["positions"], "consultation_id", "delegation").items():
        standing = [row["id"] for row in rows if not row["superseded"]]
        if len(standing) != 1:
            yield f"positions of {speaker}: {len(standing)} stand"


def check_papers(books: Books) -> Iterator[str]:
    """Comments, documents, findings and measures are there as often as the events say."""
    for kind, name, table in (("CommentMade", "comment", "comments"), ("DocumentAttached", "document", "documents")):
        told = Counter(event["said"].get(name) for event in books.all_events if event["kind"] == kind)
        kept = Counter(row["id"] for row in books[table])
        drafts = {row["id"] for row in books[table] if not books.cases[row["case_id"]]["events"]}
        missing, loose = told - kept, [id for id in kept - told if id not in drafts]
        if missing or loose or max(told.values(), default=1) > 1:
            yield f"{table}: without a row {dict(missing)}, without an event {loose}"
    yield from _check_versions(books)


def _check_versions(books: Books) -> Iterator[str]:
    events = books.all_events
    findings = Counter((e["case_id"], e["said"]["country"]) for e in events if e["kind"] == "AnalysisWritten")
    for row in books["analyses"]:
        if row["version"] != findings.pop((row["case_id"], row["country"]), 0):
            yield f"finding {row['country']} of {row['case_id']}: version {row['version']} is not the number of events"
    measures = Counter(event["said"]["measure"] for event in events if event["kind"] == "MeasureRecorded")
    for row in books["measures"]:
        if row["version"] != 1 + measures.pop(row["id"], 0):
            yield f"measure {row['id']}: version {row['version']} is not one more than the number of events"
    if findings or measures:
        yield f"events tell of what is not there: findings {dict(findings)}, measures {dict(measures)}"


THINGS = {"case": "cases", "position": "positions", "comment": "comments", "document": "documents"}
ONE_REQUEST_EACH = {"position", "comment", "document"}


def check_once(books: Books) -> Iterator[str]:
    """What a key came to is there, and no two keys came to the same new thing."""
    for thing, rows in grouped(books["once"], "thing").items():
        there = {row["id"] for row in books[THINGS[thing]]} if thing in THINGS else None
        for row in rows:
            if there is not None and row["thing_id"] not in there and not _begins(row["operation"]):
                yield f"once {row['key']}: {thing} {row['thing_id']} is not there"
        made = Counter(row["thing_id"] for row in rows if thing in ONE_REQUEST_EACH or _begins(row["operation"]))
        for id, keys in made.items():
            if keys > 1:
                yield f"once: {keys} keys made the same {thing} {id}"


def _begins(operation: str) -> bool:
    """A draft that was begun may have been thrown away since; whether it was is for `check_drafts`."""
    return operation.endswith("/cases")


CHECKS: tuple[Callable[[Books], Iterator[str]], ...] = (
    check_chains, check_rows, check_clocks, check_references, check_instruments, check_consultations, check_positions,
    check_papers, check_once, check_notices, check_letters,
)  # fmt: skip


# -- what the attackers were told --------------------------------------------------------------------

WITHOUT_EVENT = {"draft", "edited", "discarded"}
GONE = {CameTo.DONE, CameTo.UNKNOWN}


def check_marks(books: Books, told: Sequence[Deed]) -> Iterator[str]:
    """What was acknowledged stands in the log once, what was refused nowhere, what nobody knows at most once."""
    found = Counter(
        mark for event in books.all_events for mark in re.findall(r"deed-[0-9a-f]{16}", event["private"] or "")
    )
    allowed = {CameTo.DONE: (1,), CameTo.REFUSED: (0,), CameTo.UNKNOWN: (0, 1)}
    for deed in told:
        if deed.mark and found[deed.mark] not in allowed[deed.came_to]:
            yield f"{deed.came_to} but {found[deed.mark]} times in the log: {deed.line()}"


def check_counts(books: Books, told: Sequence[Deed]) -> Iterator[str]:
    """Of each kind of deed on a case the log holds what was acknowledged, and no more than what was not refused."""
    if not told:
        return
    deeds = [deed for deed in told if deed.kind not in WITHOUT_EVENT]
    name = lambda deed: (deed.person, deed.case, deed.kind, deed.name)  # noqa: E731 (used twice, here only)
    least = Counter(name(deed) for deed in deeds if deed.came_to is CameTo.DONE)
    most = least + Counter(name(deed) for deed in deeds if deed.came_to is CameTo.UNKNOWN)
    found = Counter((e["actor"], e["case_id"], e["kind"], e["move"]) for e in books.all_events if e["actor"])
    for one in least.keys() | found.keys():
        if not least[one] <= found[one] <= most[one]:
            yield f"{one}: {found[one]} in the log, acknowledged {least[one]}, possible {most[one]}"


def check_drafts(books: Books, told: Sequence[Deed]) -> Iterator[str]:
    """A case on which something was acknowledged is there; a draft that was thrown away is not."""
    discarded = {deed.case: deed.came_to for deed in told if deed.kind == "discarded" and deed.came_to in GONE}
    for deed in told:
        there, gone = deed.case in books.cases, discarded.get(deed.case)
        if deed.came_to is CameTo.DONE and not there and gone is None:
            yield f"acknowledged, and the case is not there: {deed.line()}"
        if there and gone is CameTo.DONE:
            yield f"thrown away, and still there: {deed.line()}"


def check_shown(books: Books, told: Sequence[Deed]) -> Iterator[str]:
    """The numbers that an answer showed are those of the case's events, the thing that it named is there, and one key
    was always answered with one thing."""
    things = {row["id"] for table in ("positions", "comments", "documents", "cases") for row in books[table]}
    kept = {(row["person_id"], row["key"]): row["thing_id"] for row in books["once"]}
    for deed in told:
        if deed.came_to is not CameTo.DONE:
            continue
        bodies = [event["said"] for event in books.events.get(deed.case, [])]
        for name, value in deed.shows.items():
            if not any(body.get(name) == value for body in bodies):
                yield f"the answer showed {name} {value}, the log does not: {deed.line()}"
        if deed.thing and deed.thing not in things and deed.kind not in WITHOUT_EVENT:
            yield f"the answer named what is not there: {deed.line()}"
        if deed.key and kept.get((deed.person, deed.key)) != (deed.thing or deed.case):
            yield f"the key is kept for {kept.get((deed.person, deed.key))}: {deed.line()}"


OF_THE_TOLD: tuple[Callable[[Books, Sequence[Deed]], Iterator[str]], ...] = (
    check_marks, check_counts, check_drafts, check_shown,
)  # fmt: skip
