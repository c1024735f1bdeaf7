"""Which lists are measured: what people of each role ask for, in the words of the service and by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bench import people, plays
from bench.lists_by_hand import Wanted
from service.queries.case_filters import USUAL_SORT, CaseFilter
from workflows.actor import Actor
from workflows.dates import begin_of

TODAY = plays.NOW.date()
LAST_WEEK = TODAY - timedelta(days=TODAY.weekday() + 7)
WEEK = timedelta(days=7)

FOLLOWED = "EXISTS (SELECT 1 FROM followers f WHERE f.case_id = c.id AND f.person_id = ? AND c.events > 0{few})"
TOUCHED = "EXISTS (SELECT 1 FROM case_countries t WHERE t.case_id = c.id AND t.country = ?{few})"
INVITED = "EXISTS (SELECT 1 FROM invitations i WHERE i.case_id = c.id AND i.organisation = ? AND i.by_role = ?{few})"
ASKED_NOW = (
    "NOT c.ended AND (EXISTS (SELECT 1 FROM invitations i JOIN consultations r ON r.id = i.consultation_id"
    " WHERE i.case_id = c.id AND i.organisation = ? AND NOT i.advice AND r.open AND NOT EXISTS"
    " (SELECT 1 FROM positions p WHERE p.consultation_id = r.id AND p.delegation = ? AND NOT p.superseded"
    " AND p.stance <> 'withdrawn'){few})"
    " OR EXISTS (SELECT 1 FROM measures m WHERE m.case_id = c.id AND m.country = ? AND (m.state = 'planned'"
    " OR (m.state = 'adopted' AND NOT EXISTS (SELECT 1 FROM instruments n WHERE n.id = m.instrument_id"
    " AND n.kind = 'recommendation'))){few}))"
)
MOVED = "(c.id IN (SELECT e.case_id FROM events e WHERE e.moved = ? AND e.at >= ? AND e.at < ?)) IS TRUE"
SEARCHED = "c.searchable LIKE ? AND c.searchable LIKE ?"
OF_OFFICES = "r.by_role = 'minister_office'"
SOONEST = "c.due_on ASC NULLS LAST, c.id ASC"

OFFICER = people.OFFICERS["NL-GM000"]
SECRETARY = people.SECRETARIES["education"]
OFFICE = people.OFFICE_OF["BE"]
SG = people.SECRETARY_GENERAL


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as the service is asked for it, and as it is read by hand; `page` counts from 1."""

    actor: Actor
    wanted: CaseFilter
    by_hand: Wanted
    sort: str = USUAL_SORT
    page: int = 1
    count: bool = False

    def deep(self, page: int) -> Asked:
        """The same list, further down."""
        return replace(self, page=page)

    def counted(self) -> Asked:
        """The same list, its whole length asked for too."""
        return replace(self, count=True)


SIGHT: dict[Actor, tuple[str, tuple[Any, ...], str]] = {
    OFFICER: ("c.organisation = ?", ("NL-GM000",), "1 = 0"),
    SECRETARY: ("(c.working_group = ? AND c.events > 0)", ("education",), "1 = 1"),
    SG: ("c.events > 0", (), "1 = 1"),
    OFFICE: (f"((c.events > 0 AND {TOUCHED}) OR {INVITED})", ("BE", "BE", "minister_office"), OF_OFFICES),
}
"""What a person reads as a whole, the parameters of it, and the open rounds whose outcome of now she knows."""


def readable(actor: Actor) -> tuple[str, tuple[Any, ...]]:
    """What a person reads at all, a follower among them, with the parameters."""
    whole, values, _ = SIGHT[actor]
    return f"({whole} OR {FOLLOWED})", (*values, actor.person)


def _asked(actor: Actor, wanted: CaseFilter, where: str = "", *values: Any, sort: str = USUAL_SORT) -> Asked:
    seen, whose = readable(actor)
    by_hand = by_hand_of(actor, f"{seen} AND {where}" if where else seen, (*whose, *values))
    return Asked(actor, wanted, replace(by_hand, order=SOONEST) if sort == "due_on" else by_hand, sort)


def by_hand_of(actor: Actor, where: str, values: tuple[Any, ...]) -> Wanted:
    """The page of the cases of which this holds, as this person reads them."""
    whole, whose, known = SIGHT[actor]
    return Wanted(where=where, values=values, whole=whole, of_whole=whose, known=known)


def lists(kind: str, cases: int) -> dict[str, Asked]:
    """What is asked of a database of this kind (sqlite, postgres) with so many cases, by name."""

    def bound(value: date | datetime) -> Any:
        """The value as the driver takes it."""
        if kind == "postgres":
            return value
        return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value.isoformat()

    week = CaseFilter(moved=("advanced",), since=LAST_WEEK, until=LAST_WEEK + WEEK)
    days = (bound(begin_of(LAST_WEEK)), bound(begin_of(LAST_WEEK + WEEK)))
    somewhere = CaseFilter(stage=("exploration", "consultation"), country=("LU",))
    found = {
        "officer": _asked(OFFICER, CaseFilter()),
        "officer_open": _asked(OFFICER, CaseFilter(status=("open",)), "NOT c.ended"),
        "secretary_open": _asked(SECRETARY, CaseFilter(status=("open",)), "NOT c.ended"),
        "secretary_late": _asked(SECRETARY, CaseFilter(status=("late",)), "c.due_on < ?", bound(TODAY), sort="due_on"),
        "sg": _asked(SG, CaseFilter()),
        "sg_soonest": _asked(SG, CaseFilter(status=("open",)), "NOT c.ended", sort="due_on"),
        "sg_stage_country": _asked(
            SG, somewhere, f"c.stage IN ('exploration', 'consultation') AND {TOUCHED}", "LU", sort="due_on"
        ),
        "sg_theme_ended": _asked(
            SG, CaseFilter(theme=("energy",), status=("ended",)), "c.theme = 'energy' AND c.ended"
        ),
        "office": _asked(OFFICE, CaseFilter()),
        "office_asked": _asked(OFFICE, CaseFilter(status=("open",), asked_of=("BE",)), ASKED_NOW, "BE", "BE", "BE"),
        "office_moved": _asked(OFFICE, week, MOVED, "advanced", *days),
        "officer_search": _asked(OFFICER, CaseFilter(q="ambulance border"), SEARCHED, "%ambulance%", "%border%"),
        "sg_search": _asked(SG, CaseFilter(q="ambulance gm007"), SEARCHED, "%ambulance%", "%gm007%"),
        "sg_search_nothing": _asked(SG, CaseFilter(q="zeppelin"), "c.searchable LIKE ?", "%zeppelin%"),
    }
    last = cases // 50
    found["sg_deep"] = found["sg"].deep(max(2, min(1000, last // 2)))
    found["sg_soonest_deep"] = found["sg_soonest"].deep(max(2, min(1000, last // 4)))
    found["office_deep"] = found["office"].deep(max(2, min(1000, last // 4)))
    counted = {f"{name}_count": found[name].counted() for name in ("officer_open", "secretary_open", "sg", "office")}
    return found | counted | {"office_asked_count": found["office_asked"].counted()}
