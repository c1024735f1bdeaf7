"""A digest of one week, as a minister's office gets it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.notifications.letters import CASE
from tests.notifications.written import TITLES
from workflows.notices import Digest, DigestLine, DigestSection


def line(language: str, what: str | None, **more: Any) -> DigestLine:
    known: dict[str, Any] = {
        "case": CASE,
        "reference": "OBS-2026-0001",
        "title": TITLES[language],
        "procedure": "benelux-obstacle",
        "procedure_version": 1,
        "stage": "consultation",
        "what": what,
        "on": None,
        "due_on": None,
    }
    return DigestLine(**(known | more))


def digest(language: str) -> Digest:
    other = {"case": "019376a2-7c00-7000-8000-000000000002", "reference": "PRP-2026-0002"}
    proposal = other | {"procedure": "benelux-proposal", "title": "M(2014)4: 2.0"}
    week = "from=2026-11-23&until=2026-11-30"
    sections = (
        DigestSection(
            name="adopted",
            count=1,
            query=f"moved=adopted&{week}",
            lines=(
                line(language, "adopt", number="M(2026)3", stage="implementation", on=date(2026, 11, 26), **proposal),
            ),
        ),
        DigestSection(
            name="asked",
            count=7,
            query="asked_of=BE",
            lines=(
                line(language, "position", due_on=date(2027, 1, 29)),
                line(language, "vote", due_on=date(2027, 3, 12), stage="adoption", **proposal),
            ),
        ),
        DigestSection(name="late", count=0, query="status=late", lines=()),
        DigestSection(
            name="advanced",
            count=1,
            query=f"moved=advanced&{week}",
            lines=(
                line(language, "open_consultation", on=date(2026, 11, 25)),
                line(language, "register", on=date(2026, 11, 24)),
            ),
        ),
    )
    return Digest(
        week="2026-W48",
        starts_on=date(2026, 11, 23),
        ends_on=date(2026, 11, 30),
        organisation="BE",
        organisation_name="België",
        sections=sections,
        seal="a7" * 32,
    )
