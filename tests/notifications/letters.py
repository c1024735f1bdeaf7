"""Letters as the real procedures bring them about: at least one for every notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.notifications.written import PEOPLE, QUESTIONS, REASONS, TITLES
from workflows import shelf
from workflows.decision_rule import Reservation, Stance, Vote, decide, say
from workflows.notices import (
    ACCOUNT,
    Addressee,
    CaseNow,
    ClockNow,
    ConsultationNow,
    Happening,
    InstrumentNow,
    Letter,
)
from workflows.procedure import Procedure

PUBLIC_URL = "https://slagboom.benelux.example"
MAIL_FROM = "Slagboom <slagboom@benelux.example>"
CASE = "019376a2-7c00-7000-8000-000000000001"
WRITTEN_AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
OBSTACLE = shelf.newest("benelux-obstacle")


def addressee(language: str, role: str, **more: Any) -> Addressee:
    known = {"person": f"person-{role}", "name": PEOPLE[language], "email": f"{role.replace('_', '-')}@body.example"}
    return Addressee(**(known | {"language": language, "role": role} | more))


def case(language: str, stage: str, procedure: Procedure = OBSTACLE, **more: Any) -> CaseNow:
    ended = stage in procedure.endings
    known: dict[str, Any] = {
        "id": CASE,
        "reference": "OBS-2026-0001",
        "title": TITLES[language],
        "procedure": procedure.id,
        "procedure_version": procedure.version,
        "stage": stage,
        "ended": ended,
        "waits_for": None if ended else procedure.waits_for(stage),
        "due_on": None if ended else date(2027, 1, 29),
        "organisation": "NL-GM0980",
        "organisation_name": "Gemeente Baarle-Nassau",
        "working_group_name": "Transport",
        "contact": "Bram de Wit",
        "reviewable": ended,
    }
    return CaseNow(**(known | more))


def moved(move: str | None, data: Mapping[str, Any] | None = None, reason: str | None = None, **more: Any) -> Happening:
    known: dict[str, Any] = {
        "kind": "CaseMoved",
        "move": move,
        "act": None,
        "on": date(2026, 12, 1),
        "at": WRITTEN_AT,
        "by": "Bram de Wit",
        "on_behalf_of": None,
        "reason": reason,
        "data": data or {},
    }
    return Happening(**(known | more))


def rang(clock: str) -> Happening:
    return moved(None, kind="ClockRang", by=None, data={"clock": clock})


def clock(name: str, mark: str, due_on: date, of: str, kind: str = "duty") -> ClockNow:
    return ClockNow(name=name, kind=kind, of=of, due_on=due_on, mark=mark, policy=True)


def consultation(language: str, name: str = "delegations", **more: Any) -> ConsultationNow:
    known: dict[str, Any] = {
        "id": "consultation-1",
        "name": name,
        "round": 1,
        "question": QUESTIONS[language][0] if name == "delegations" else None,
        "closing_on": date(2027, 1, 29),
        "open": True,
        "cancelled": False,
        "outcome": None,
        "voters": ("België", "Luxembourg", "Nederland"),
        "advisers": ("Vlaanderen", "Nordrhein-Westfalen") if name == "delegations" else (),
        "asked": "België",
    }
    return ConsultationNow(**(known | more))


def reasoning(language: str) -> tuple[str, ...]:
    votes = {"BE": Vote(Stance.AGREE), "LU": Vote(Stance.RESERVATION, Reservation.PARLIAMENTARY)}
    finding = decide(
        OBSTACLE.rules["unanimity"], ("BE", "LU", "NL"), {**votes, "NL": Vote(Stance.ABSTAIN)}, closed=True
    )
    return say(finding, language)


def instrument(**more: Any) -> InstrumentNow:
    known: dict[str, Any] = {
        "id": "instrument-1",
        "kind": "decision",
        "number": None,
        "title": "Beschikking / Décision: M (2027)",
        "adopted_on": None,
        "in_force": None,
    }
    return InstrumentNow(**(known | more))


def letter(notice: str, to: Addressee, *, case: CaseNow | None, happening: Happening | None, **more: Any) -> Letter:
    known: dict[str, Any] = {
        "notice": notice,
        "to": to,
        "message_id": f"<event-1.{to.person}.{notice}@slagboom.benelux.example>",
        "thread": f"<case-{CASE}@slagboom.benelux.example>" if case else None,
        "event_hash": "5f" * 32 if case else None,
        "created_at": WRITTEN_AT,
        "case": case,
        "happening": happening,
    }
    return Letter(**(known | more))


def letters(language: str) -> dict[str, Letter]:
    """One letter for every notice, and those variants that say something else, by the name of its golden."""
    return {**_of_the_filing(language), **_of_the_clocks(language), **_of_the_route(language), **_of_the_end(language)}


def _of_the_filing(language: str) -> dict[str, Letter]:
    filer, secretary = addressee(language, "filer"), addressee(language, "secretary")
    intake = addressee(language, "intake")
    asked = tuple(enumerate(QUESTIONS[language], 1))
    reply = {"questions": list(QUESTIONS[language]), "reply_by": "2026-12-18"}
    answers = {"answers": [{"question": 1, "text": "120."}, {"question": 2, "text": "De Lijn\nArriva"}]}
    submitted = {"waits_for": "intake", "due_on": date(2026, 12, 8), "working_group_name": None, "contact": None}
    return {
        "receipt": letter(
            "receipt", filer, case=case(language, "submitted", **submitted), happening=moved("submit", by=filer.name)
        ),
        "waiting": letter(
            "waiting", intake, case=case(language, "submitted", **submitted), happening=moved("submit", by=filer.name)
        ),
        "progress": letter(
            "progress", filer, case=case(language, "exploration", due_on=None), happening=moved("declare_admissible")
        ),
        "question": letter(
            "question",
            filer,
            case=case(language, "information_requested", due_on=date(2026, 12, 18)),
            happening=moved("request_information", reply),
            questions=asked,
        ),
        "answered": letter(
            "answered",
            secretary,
            case=case(language, "admissibility"),
            happening=moved("supply_information", answers, by=filer.name),
            questions=asked,
        ),
        "reassigned": letter(
            "reassigned",
            secretary,
            case=case(language, "exploration", due_on=None),
            happening=moved(None, kind="CaseAssigned", act="assign", reason=REASONS[language]),
        ),
        "account": letter(
            ACCOUNT,
            addressee(language, "officer"),
            case=None,
            happening=None,
            more={
                "what": "mandate_added",
                "role": "secretary",
                "organisation_name": "Benelux",
                "working_group_name": "Transport",
                "from_on": date(2027, 1, 1),
                "until_on": None,
            },
        ),
        "account-password": letter(
            ACCOUNT, addressee(language, "officer"), case=None, happening=None, more={"what": "password"}
        ),
        "account-ended": letter(
            ACCOUNT,
            addressee(language, "officer"),
            case=None,
            happening=None,
            more={"what": "mandate_ended", "role": "delegate", "organisation_name": "België", "until_on": "2026-12-31"},
        ),
    }


def _of_the_clocks(language: str) -> dict[str, Letter]:
    filer, secretary = addressee(language, "filer"), addressee(language, "secretary")
    return {
        "reminder": letter(
            "reminder",
            addressee(language, "delegate", organisation="BE", organisation_name="België"),
            case=case(language, "consultation"),
            happening=rang("closing"),
            clock=clock("closing", "before:3WD", date(2027, 1, 29), "delegate"),
            consultation=consultation(language),
        ),
        "reminder-filer": letter(
            "reminder",
            filer,
            case=case(language, "information_requested", due_on=date(2026, 12, 18)),
            happening=rang("reply"),
            clock=clock("reply", "before:3WD", date(2026, 12, 18), "filer", "target"),
            questions=tuple(enumerate(QUESTIONS[language], 1)),
        ),
        "nearly_late": letter(
            "nearly_late",
            secretary,
            case=case(language, "admissibility"),
            happening=rang("admissibility"),
            clock=clock("admissibility", "at:80%", date(2027, 1, 29), "secretary", "target"),
        ),
        "late": letter(
            "late",
            addressee(language, "intake"),
            case=case(language, "submitted", due_on=date(2026, 11, 30), working_group_name=None),
            happening=rang("acknowledge"),
            clock=clock("acknowledge", "late", date(2026, 11, 30), "intake"),
        ),
        "still_working": letter(
            "still_working",
            filer,
            case=case(language, "drafting", due_on=None),
            happening=rang("quiet"),
            clock=clock("quiet", "late", date(2026, 11, 30), "secretary", "target"),
        ),
        "waiting-closing": letter(
            "waiting",
            secretary,
            case=case(language, "consultation", due_on=date(2026, 11, 30)),
            happening=rang("closing"),
            clock=clock("closing", "late", date(2026, 11, 30), "delegate"),
            consultation=consultation(language, closing_on=date(2026, 11, 30), reasoning=reasoning(language)),
        ),
    }


def _of_the_route(language: str) -> dict[str, Letter]:
    delegate = addressee(language, "delegate", organisation="BE", organisation_name="België")
    office = addressee(language, "minister_office", organisation="BE-FED", organisation_name="Kanselarij")
    adopted = instrument(
        number="M(2027)1",
        adopted_on=date(2027, 3, 12),
        in_force={"how": "on_date", "on": "2027-07-01"},
        measures=(("Koninklijk besluit over schoolvervoer", date(2027, 6, 30), "planned"),),
    )
    closed = {"open": False, "outcome": "not_adopted", "reasoning": reasoning(language)}
    stances = (("België", "agree", None, False), ("Luxembourg", "reservation", "parliamentary", False))
    return {
        "invitation": letter(
            "invitation",
            delegate,
            case=case(language, "consultation"),
            happening=moved("open_consultation"),
            consultation=consultation(language),
        ),
        "invitation-adviser": letter(
            "invitation",
            addressee(language, "delegate", organisation="BE-VLG", organisation_name="Vlaanderen"),
            case=case(language, "consultation"),
            happening=moved("new_round", reason=REASONS[language]),
            consultation=consultation(language, round=2, asked="Vlaanderen", advice=True),
        ),
        "extended": letter(
            "extended",
            delegate,
            case=case(language, "consultation", due_on=date(2027, 2, 12)),
            happening=moved("extend_consultation", {"closing_on": "2027-02-12"}, REASONS[language]),
            consultation=consultation(language, closing_on=date(2027, 2, 12)),
        ),
        "cancelled": letter(
            "cancelled",
            delegate,
            case=case(language, "exploration", due_on=None),
            happening=moved("cancel_consultation", reason=REASONS[language]),
            consultation=consultation(language, open=False, cancelled=True),
        ),
        "cancelled-vote": letter(
            "cancelled",
            office,
            case=case(language, "council", due_on=None),
            happening=moved("take_off_agenda", reason=REASONS[language]),
            consultation=consultation(language, "committee", open=False, cancelled=True),
        ),
        "result": letter(
            "result",
            delegate,
            case=case(language, "common_position", due_on=None),
            happening=moved("close_consultation"),
            consultation=consultation(
                language, positions=(*stances, ("Vlaanderen", "agree_with_comment", None, True)), **closed
            ),
        ),
        "vote": letter(
            "vote",
            office,
            case=case(language, "adoption", due_on=date(2027, 3, 12)),
            happening=moved("table", {"meeting_on": "2027-03-12", "council_opinion": REASONS[language]}),
            consultation=consultation(language, "committee", closing_on=date(2027, 3, 12)),
            instrument=instrument(),
        ),
        "adopted": letter(
            "adopted",
            office,
            case=case(language, "implementation", due_on=date(2027, 6, 30)),
            happening=moved("adopt"),
            instrument=adopted,
        ),
        "adopted-filer": letter(
            "adopted",
            addressee(language, "filer"),
            case=case(language, "implementation", due_on=date(2027, 6, 30)),
            happening=moved("adopt"),
            instrument=dataclasses.replace(adopted, kind="recommendation", in_force={"how": "none"}, measures=()),
        ),
    }


def _of_the_end(language: str) -> dict[str, Letter]:
    filer, secretary = addressee(language, "filer"), addressee(language, "secretary")
    why = REASONS[language]
    failing = {"failing": ["no_court_case_pending", "not_already_handled"]}
    review = {"stage": "inadmissible", "waits_for": "secretary_general", "due_on": date(2027, 2, 1)}
    return {
        "ending": letter(
            "ending",
            filer,
            case=case(language, "inadmissible"),
            happening=moved("declare_inadmissible", failing, why),
        ),
        "ending-referred": letter(
            "ending", filer, case=case(language, "referred"), happening=moved("refer", {"body": "SOLVIT"}, why)
        ),
        "ending-upheld": letter(
            "ending", filer, case=case(language, "inadmissible"), happening=moved("uphold", reason=why)
        ),
        "ending-resolved": letter(
            "ending",
            addressee(language, "minister_office", organisation="BE", organisation_name="België"),
            case=case(language, "resolved"),
            happening=moved(
                "conclude_evaluation",
                {"findings": why, "follow_ups": [{"procedure": "benelux-proposal", "title": "2.0", "text": "…"}]},
            ),
        ),
        "withdrawn": letter(
            "withdrawn",
            secretary,
            case=case(language, "withdrawn"),
            happening=moved("withdraw", reason=why, by=filer.name, on_behalf_of="Gemeente Baarle-Nassau"),
        ),
        "review": letter(
            "review",
            addressee(language, "secretary_general"),
            case=case(language, **review),
            happening=moved("ask_review", reason=why, by=PEOPLE[language], on_behalf_of="Gemeente Baarle-Nassau"),
        ),
        "reopened": letter(
            "reopened", filer, case=case(language, "admissibility", due_on=None), happening=moved("reopen", reason=why)
        ),
        "progress-instead": letter(
            "progress",
            addressee(language, "secretary", instead_of="filer"),
            case=case(language, "council"),
            happening=moved("submit_to_council"),
        ),
    }
