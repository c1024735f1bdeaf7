"""Refusals: every reason for which the rules say no, each with a stable code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class Refused(Exception):
    """The rules say no. `code` is stable and never translated; the message is for the log."""

    code: ClassVar[str] = "refused"
    procedure: tuple[str, int] | None = None
    """Id and version of the procedure whose words name the moves, stages and conditions in it, where one is known."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in what was sent: where (a JSON pointer), a stable code, and values for the sentence.

    The sentence itself is made from the code by `service.words`, in the reader's language.
    """

    pointer: str
    code: str
    values: tuple[tuple[str, str], ...] = ()


class DataInvalid(Refused):
    """What was sent does not have the form that is asked for."""

    code = "data_invalid"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.code}" for fault in faults))
        self.faults = tuple(faults)


class UnknownMove(Refused):
    """The procedure has no move of this name."""

    code = "unknown_move"

    def __init__(self, move: str) -> None:
        super().__init__(move)
        self.move = move


class UnknownAct(Refused):
    """The procedure has no act of this name, or the act has a resource of its own."""

    code = "unknown_act"

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act


class RoleMissing(Refused):
    """The person may read this, but the act belongs to other roles."""

    code = "role_missing"

    def __init__(self, roles: Sequence[str]) -> None:
        super().__init__(", ".join(roles))
        self.roles = tuple(roles)


class MoveNotOpen(Refused):
    """The move, or the act, exists but does not start from the stage in which the case is."""

    code = "move_not_open"

    def __init__(self, move: str, stage: str) -> None:
        super().__init__(f"{move} in {stage}")
        self.move, self.stage = move, stage


class GuardRefused(Refused):
    """A condition of the move is not met. `needs` names what is missing: fields, countries, delegations, languages."""

    code = "guard_refused"

    def __init__(self, guard: str, needs: Sequence[str] = ()) -> None:
        super().__init__(f"{guard}: {', '.join(needs)}")
        self.guard, self.needs = guard, tuple(needs)


class ConsultationClosed(Refused):
    """The consultation takes no more positions."""

    code = "consultation_closed"


class NotFound(Refused):
    """There is no such thing, or it is not this person's to read."""

    code = "not_found"


class Stale(Refused):
    """Somebody changed the thing since it was read. `version` is the current one."""

    code = "stale"

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


class VersionMissing(Refused):
    """A change must say which version it is made on."""

    code = "version_missing"


class IdempotencyMismatch(Refused):
    """The key was used for another request."""

    code = "idempotency_mismatch"


class IdempotencyInProgress(Refused):
    """The first request with this key is still being carried out."""

    code = "idempotency_in_progress"


class PeriodUnknown(Refused):
    """The length of a legal period is not known, so no date is computed."""

    code = "period_unknown"


class CalendarUnknown(Refused):
    """No list of public holidays stands for that day, so nothing is counted over it."""

    code = "calendar_unknown"

    def __init__(self, calendar: str, day: str) -> None:
        super().__init__(f"the calendar {calendar} has no list of public holidays for {day}")
        self.calendar, self.day = calendar, day


class ProcedureFaulty(Exception):
    """A file of a procedure, of its words or of a calendar cannot be used: which file, where in it, what to mend."""

    def __init__(self, name: str, path: str, mend: str) -> None:
        super().__init__(f"{name}: {path or 'the file'}: {mend}")
        self.name, self.path, self.mend = name, path, mend
