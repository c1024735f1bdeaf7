"""Nobody reads a case past the one predicate that says who reads what: every query takes the actor, and uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tests.architecture.source import ROOT

HANGING_ON_A_CASE = {
    "AnalysisRow", "CaseCountryRow", "CaseInstrumentRow", "CaseRow", "ClockRow", "CommentRow", "ConsultationRow",
    "DeliveryRow", "DocumentRow", "EventRow", "ExpressionRow", "FollowerRow", "InstrumentRow", "InvitationRow",
    "LinkRow", "MeasureRow", "OutboxRow", "PositionRow",
}  # fmt: skip
SIGHT = ("service.store.sight", "Sight")

# Every function here reads without an actor, or without sight; each says why that tells nobody anything.
FOR_THE_WORKER = "a letter goes to who is told, in a role; her mandate may have ended by that very event"
PART = "reads more of cases that its caller has seen"
WITHOUT_ACTOR = {
    "letters.letter": FOR_THE_WORKER,
    "letters.case_now": FOR_THE_WORKER,
    "letter_parts.contact": "names a secretary; no case is read",
    "letter_parts.organisation_name": "no case is read",
    "letter_parts.case_name": FOR_THE_WORKER,
    "letter_parts.consultation_now": FOR_THE_WORKER,
    "letter_parts.instrument_now": FOR_THE_WORKER,
    "case_parts.instruments_of": PART,
    "case_parts.names_of": PART,
    "digests.compose_all": "reads for many, each by `compose` as her own mandates let her",
    "digests.offices": "says who gets a digest; no case is read",
    "health.waiting": "counts what waits to be sent, for an operator",
    "paging.read_page": "reads the statement that its caller made",
    "paging.rows_of": "reads the statement that its caller made",
    "standing_facts.facts_of_each": PART,
    "people.account": "says who somebody is, before there is an actor",
}
WITHOUT_SIGHT: Mapping[str, str] = {
    "similar.cards": "whoever writes a report learns that a similar one is there: theme, countries, regions, stage",
}

Name = tuple[str, str]
"""A module, and a name in it."""


class House:
    """What the modules of the queries and of the store define, and what each definition refers to."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.definitions: dict[Name, ast.stmt] = {}
        self._known: dict[str, dict[str, Name]] = {}
        for module, text in texts.items():
            self._read(module, ast.parse(text))

    def _read(self, module: str, tree: ast.Module) -> None:
        known = self._known[module] = {}
        for statement in tree.body:
            if isinstance(statement, ast.ImportFrom) and statement.module:
                for alias in statement.names:
                    known[alias.asname or alias.name] = (statement.module, alias.name)
            for name in _defined(statement):
                known[name] = (module, name)
                self.definitions[module, name] = statement

    def reached(self, start: Name) -> set[Name]:
        """Everything that a definition refers to, from definition to definition; annotations do not count."""
        found: set[Name] = set()
        open_ones = [start]
        while open_ones:
            one = open_ones.pop()
            if one not in found:
                found.add(one)
                open_ones += self._mentioned(one)
        return found

    def _mentioned(self, name: Name) -> Iterator[Name]:
        definition = self.definitions.get(name)
        if definition is None:
            return
        known = self._known[name[0]]
        for node in _without_annotations(definition):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
                yield known[node.value.id]
                yield (".".join(known[node.value.id]), node.attr)  # `from service.queries import cases`
            elif isinstance(node, ast.Name) and node.id in known:
                yield known[node.id]


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
    for target in targets:
        yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns"}:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _without_annotations(child)


def queries_of(house: House) -> Iterator[tuple[str, Name, list[str]]]:
    """The public functions of the queries that read: `cases.find_case`, where it is, its parameters."""
    for (module, name), definition in house.definitions.items():
        if module.startswith("service.queries") and isinstance(definition, ast.FunctionDef) and name[0] != "_":
            parameters = [one.arg for one in (*definition.args.posonlyargs, *definition.args.args)]
            if "connection" in parameters:
                yield f"{module.rpartition('.')[2]}.{name}", (module, name), parameters


def actorless(house: House) -> set[str]:
    """What reads without being told for whom."""
    return {query for query, _, given in queries_of(house) if given[:2] != ["connection", "actor"]}


def sightless(house: House) -> set[str]:
    """What reads of cases and never asks what the actor sees."""
    found = set()
    for query, place, given in queries_of(house):
        reached = house.reached(place)
        reads_cases = any(name in HANGING_ON_A_CASE for _, name in reached)
        if given[:2] == ["connection", "actor"] and reads_cases and SIGHT not in reached:
            found.add(query)
    return found


def texts() -> dict[str, str]:
    paths = [path for room in ("queries", "store") for path in (ROOT / "service" / room).rglob("*.py")]
    named = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in paths}
    return {name.removesuffix(".__init__"): path.read_text(encoding="utf-8") for name, path in named.items()}


def test_every_query_is_told_for_whom_it_reads() -> None:
    assert actorless(House(texts())) == set(WITHOUT_ACTOR)


def test_every_query_on_cases_goes_through_sight() -> None:
    house = House(texts())
    assert sightless(house) == set(WITHOUT_SIGHT)
    seeing = [query for query, place, _ in queries_of(house) if SIGHT in house.reached(place)]
    assert len(seeing) > 15


GOOD = {
    "service.store.tables": "class CaseRow: ...\nclass EventRow: ...\nclass PersonRow: ...",
    "service.store.sight": "from service.store.tables import CaseRow\nCASES = CaseRow.__table__\nclass Sight: ...",
    "service.queries.seen": (
        "from service.store.sight import CASES, Sight\ndef find(connection, actor): return _seen(Sight(actor), CASES)"
    ),
    "service.queries.events": (
        "from service.queries import seen\nfrom service.store.tables import EventRow\n"
        "OF = select(EventRow.__table__)\n"
        "def events(connection, actor, case):\n    return connection.execute(OF, seen.find(connection, actor))"
    ),
    "service.queries.people": (
        "from service.store.tables import PersonRow\ndef people(connection, actor): return PersonRow"
    ),
}


def test_what_goes_through_another_query_goes_through_sight() -> None:
    assert (actorless(House(GOOD)), sightless(House(GOOD))) == (set(), set())


def test_a_query_past_sight_is_found_however_far_the_table_is() -> None:
    past = {
        "service.queries.short": (
            "from service.store.sight import CASES, Sight\n"
            "def _all(connection): return connection.execute(CASES)\n"
            "def count(connection: Sight, actor: Sight) -> Sight: return _all(connection)"
        ),
        "service.queries.far": "from service.queries.events import OF\ndef read(connection, actor): return OF",
        "service.queries.bare": "def read(connection, case): ...\ndef late(actor, connection): ...",
    }
    house = House(GOOD | past)
    assert sightless(house) == {"short.count", "far.read"}
    assert actorless(house) == {"bare.read", "bare.late"}
