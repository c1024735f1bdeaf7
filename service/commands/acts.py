"""Acts without a resource of their own: publishing an instrument, reporting on a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.store.once import Seen
from service.store.publishing import adopted_on, plan_status_of, publish_instrument
from service.store.work import Work
from workflows.acts import Deed, Permit, checked, permit, tells_of
from workflows.case import Case
from workflows.errors import DataInvalid, Fault, GuardRefused, UnknownAct
from workflows.events import EventKind
from workflows.facts import Facts
from workflows.procedure import Act


@dataclass(frozen=True, slots=True)
class AskedAct:
    """The act that is asked for."""

    act: str
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DoAct:
    """Do an act on a case. `asked` reads what was sent, once it is known that it may be; it raises what is wrong."""

    case: str
    asked: Callable[[], AskedAct]


def do_act(command: DoAct, work: Work) -> Seen:
    """Do the act and keep its event. It takes the lock of the case's row and needs no version.

    Raises, in this order: NotFound, IdempotencyMismatch, IdempotencyInProgress, what `asked` raises, UnknownAct,
    RoleMissing, MoveNotOpen, DataInvalid, GuardRefused.
    """
    with work:
        case = work.case(command.case)
        seen = work.replay()
        if seen is not None:
            return seen
        asked = command.asked()
        keep = KEEPERS.get(asked.act)
        if keep is None:
            raise UnknownAct(asked.act)
        permitted = permit(case, work.actor, asked.act)
        data = checked(case, Facts(), permitted.act, asked.data, asked.reason, work.today)
        keep(work, case, permitted, data, asked.reason)
        return work.remember(200, None, "case", case.id)


def _publish(work: Work, case: Case, permitted: Permit, data: Mapping[str, Any], reason: str | None) -> None:
    published_on = date.fromisoformat(data["published_on"])
    adopted = adopted_on(work.connection, case.id)
    if adopted is not None and published_on < adopted:
        raise DataInvalid([Fault("/data/published_on", "before_the_adoption", (("value", adopted.isoformat()),))])
    instrument = publish_instrument(work.connection, case.id, data["journal"], published_on, work.now)
    if instrument is None:
        raise GuardRefused("has_instrument")
    _record(work, case, permitted, EventKind.INSTRUMENT_PUBLISHED, data, reason, instrument=instrument)


def _report(work: Work, case: Case, permitted: Permit, data: Mapping[str, Any], reason: str | None) -> None:
    changed = {}
    if "plan_status" in data:
        entry = {"on": work.today.isoformat(), "status": data["plan_status"], "basis": "reported"}
        changed["plan_status"] = [*plan_status_of(work.connection, case.id), entry]
    _record(work, case, permitted, EventKind.CASE_REPORTED, data, reason, changed)


def _record(
    work: Work,
    case: Case,
    permitted: Permit,
    kind: EventKind,
    data: Mapping[str, Any],
    reason: str | None,
    changed: Mapping[str, Any] | None = None,
    **issued: Any,
) -> None:
    coded, free = _parts(permitted.act, data)
    event = Deed(actor=work.actor, mandate=permitted.mandate, now=work.now).event(
        kind,
        facts={"act": permitted.act.name, "data": coded, **issued},
        private={"reason": reason, "data": free or None},
        tells=tells_of(permitted.act),
    )
    work.record(case, event, raises_version=True, **(changed or {}))


def _parts(act: Act, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Codes and dates, which are hashed in the open; and free words, which can be erased."""
    coded = {field.name: data[field.name] for field in act.asks if field.coded and field.name in data}
    return coded, {name: value for name, value in data.items() if name not in coded}


KEEPERS: Mapping[str, Callable[[Work, Case, Permit, Mapping[str, Any], str | None], None]] = {
    "publish": _publish,
    "report": _report,
}
"""The acts of `POST …/acts`. Every other act has a resource of its own."""
