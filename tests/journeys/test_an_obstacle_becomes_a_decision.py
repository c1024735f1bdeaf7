"""The whole way: an obstacle filed in French becomes a decision with a number, in force in three countries."""

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from service.demo.journey.cast import Dossier
from service.demo.journey.client import Person
from service.demo.journey.mailbox import Mailbox
from service.demo.people import ADDRESSES
from service.queries.digests import week_of
from tests.journeys.chain import verify_chain
from tests.journeys.running import Running


def every(person: Person, path: str) -> list[dict[str, Any]]:
    """All items of a list, page by page; small pages, so that there is more than one."""
    found: list[dict[str, Any]] = []
    query: dict[str, str] = {"limit": "7"}
    while True:
        page = person.get(path, query).body
        found += page["items"]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


@pytest.mark.timeout(300)
def test_an_obstacle_becomes_a_decision(service: Running) -> None:
    said: list[str] = []
    journey = service.journey(said)
    try:
        dossier = journey.obstacle()
        journey.wait_for_mail(dossier, "valmosan", reads="sg")
        proposal = journey.project()
        journey.wait_for_mail(proposal, "transport", reads="sg")
        auditor = journey.cast.person("auditor")

        case = auditor.get(dossier.path).body
        assert (case["stage"], case["phase"], case["ended"], case["waits_for"]) == ("resolved", "ended", True, None)
        assert re.fullmatch(r"OBS-\d{4}-\d{4}", case["reference"])
        number = case["instruments"][0]["number"]
        assert re.fullmatch(rf"M\({service.today.year}\)[1-9]\d*", number)
        assert any(number in line for line in said)

        check_register(auditor, number)
        check_log(auditor, dossier)
        check_mails(service, dossier)
        check_digest(service, journey.cast.person("minister-be"))
        refusals = Counter(status for _, _, status in journey.said if status >= 400)
        assert refusals == {409: 2}, "besides the two that are planned, nothing was refused"
        assert re.fullmatch(
            r"\d+ cases, \d+ events: the log holds", service.slagboom("audit", "verify").splitlines()[-1]
        )
    finally:
        journey.close()


def check_register(auditor: Person, number: str) -> None:
    """The decision stands in the register once, in both languages, and every country has done its part."""
    (instrument,) = auditor.get("/instruments", {"number": number}).body["items"]
    assert {text["language"] for text in instrument["expressions"]} == {"nl", "fr"}
    measures = auditor.get(f"/instruments/{instrument['id']}/measures").body["items"]
    assert {measure["country"]: measure["state"] for measure in measures} == {
        "BE": "in_force",
        "LU": "not_needed",
        "NL": "in_force",
    }


def check_log(auditor: Person, dossier: Dossier) -> None:
    """The chain holds for one who has read the contract, and shows it when a single letter is changed."""
    events = every(auditor, f"{dossier.path}/events")
    assert len(events) > 20
    assert verify_chain(events) == []
    events[3]["body"] = events[3]["body"].replace("e", "a", 1)
    assert verify_chain(events)
    assert verify_chain(events[:5] + events[6:])


def check_mails(service: Running, dossier: Dossier) -> None:
    """Everybody was told in his or her language, each letter once."""
    mails = [mail for mail in Mailbox(service.maildir).mails() if mail.case == dossier.reference]
    assert {mail.language for mail in mails} >= {"nl", "fr", "de"}
    told = {(mail.to, mail.notice) for mail in mails}
    for part, notice in (
        ("valmosan", "receipt"),
        ("valmosan", "question"),
        ("wallonia", "invitation"),
        ("nrw", "invitation"),
        ("delegate-lu", "result"),
        ("minister-nl", "vote"),
        ("minister-be", "adopted"),
        ("valmosan", "ending"),
    ):
        assert (ADDRESSES[part], notice) in told
    assert len({mail.message_id for mail in mails}) == len(mails)


def check_digest(service: Running, office: Person) -> None:
    """The numbers of the weekly mail are those of the lists that they lead to."""
    monday = service.today + timedelta(days=7 - service.today.weekday())
    service.slagboom("digest", "send", "--on", monday.isoformat())
    week = week_of(service.today)
    mail = Mailbox(service.maildir).wait_for(
        lambda mail: (mail.to, mail.notice) == (office.email, "digest") and week in mail.subject
    )
    assert mail is not None
    figures = re.findall(r"^## .*: \[(\d+)\]\(<?[^)]*/cases\?([^)>]*)>?\)", mail.text, re.MULTILINE)
    assert figures
    for figure, query in figures:
        assert office.get(f"/cases?{query}&count=true").body["count"] == int(figure)
    preview = office.get("/digests/preview", {"week": week, "organisation": "BE"}).body
    counts = {section["query"]: section["count"] for section in preview["sections"] if section["count"]}
    assert counts == {query: int(figure) for figure, query in figures}
