"""What is measured at size: lists, single cases, digests and upkeep on the large databases; rules and plans beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench import digests, large, lists, pages, plans, reads, rules, upkeep
from bench.ground import NewDatabase
from bench.timing import Figure

Wanted = Callable[[str], bool]
Line = tuple[str, dict[str, Any], str]
"""The name of a measurement, what is written of it, and what is said of it."""

LARGE = ("list_", "case_", "events_", "clocks_", "page_", "digest", "audit_verify", "db_backup")
FAMILIES = ("due_on", "outcome", "plan", *LARGE)
"""How the names of these measurements begin."""


def is_known(name: str) -> bool:
    """Whether a name may be one of these measurements, or the beginning of some."""
    return any(name.startswith(family) or family.startswith(name) for family in FAMILIES)


def measure(names: Sequence[str], share: float, databases: dict[str, NewDatabase]) -> Iterator[Line]:
    """Every figure whose name begins with one of these, or all; the databases have `share` of their full size."""

    def wanted(name: str) -> bool:
        return not names or any(name.startswith(one) for one in names)

    for name, figure in rules.measure(wanted):
        yield name, figure.written(), f"{1e6 / figure.ours:8.1f} µs of one core ({figure.ours:,.0f} a second)"
    for kind, new_database in databases.items():
        if wanted(f"plan_{kind}"):
            figure = plans.measure(new_database)
            said = f"{figure.ours:8,.0f} entries a second, by hand {figure.reference:,.0f}"
            yield f"plan_{kind}", figure.written(), said
    asked = [name for name in names if name.startswith(LARGE)]
    if asked or not names:
        kinds = tuple(kind for kind in large.CASES if _may_be_of(kind, asked))
        with large.databases(share, kinds) as found:
            for one in found.values():
                yield from _at_size(one, lambda name, kind=one.kind: wanted(f"{name}_{kind}"), named=bool(names))


def _may_be_of(kind: str, names: Sequence[str]) -> bool:
    others = tuple(f"_{other}" for other in large.CASES if other != kind)
    return not names or any(not name.endswith(others) for name in names)


def _at_size(one: large.Large, wanted: Wanted, *, named: bool) -> Iterator[Line]:
    times: dict[str, float] = {}
    for name, figure in lists.measure(one, wanted):
        times[name] = 1000 / figure.ours
        first = times.get(name.removesuffix("_deep"))
        down = f", page 1 {first:.2f} ms" if name.endswith("_deep") and first else ""
        yield f"{name}_{one.kind}", figure.written(), _in_milliseconds(figure) + down
    for name, figure in reads.measure(one, wanted):
        yield f"{name}_{one.kind}", figure.written(), _in_milliseconds(figure)
    for name, served in pages.measure(one, wanted):
        yield f"{name}_{one.kind}", served.written(), served.said()
    if wanted("digest"):
        cost = digests.measure(one).written()
        yield f"digest_{one.kind}", cost, ", ".join(f"{value} {name}" for name, value in cost.items())
    if one.kind == "postgres" and not named:
        return  # to read a million events one by one takes longer than all the rest: for who asks for it
    for name, spent in upkeep.measure(one, wanted):
        said = f"{spent.seconds:.1f} s and {spent.megabytes} MB for {spent.events:,} events"
        yield f"{name}_{one.kind}", spent.written(), said


def _in_milliseconds(figure: Figure) -> str:
    """Ours and by hand; the bar for what is read is twice as long and a millisecond."""
    ours, theirs = 1000 / figure.ours, 1000 / figure.reference
    return f"{ours:8.2f} ms, by hand {theirs:8.2f} ms{'' if ours <= 2 * theirs + 1 else '  over the bar'}"
