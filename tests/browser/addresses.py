"""Addresses: every page of the application and its states, in one list. A new page is a new line here.

`{name}` in a path is filled in from the cases of `cast`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Table, select

from service.commands.comments import MakeComment, make_comment
from service.queries.digests import week_of
from service.store.tables import ConsultationRow, InstrumentRow, MeasureRow
from service.worker.digests import send_week
from tests.browser.served import Served
from tests.service.seeds import House

SEND = "#main-form button[value=send].govuk-button"


@dataclass(frozen=True, slots=True)
class Address:
    """A page as a person of the seeds sees it.

    `fill` and `press`: what is filled in and pressed on it first, as selectors; `shows`: what must stand on the page
    that comes of it, where nothing else is said the summary of what is wrong.
    """

    path: str
    person: str | None = None
    fill: tuple[str, str] | None = None
    press: str | None = None
    status: int = 200
    shows: str = "#trouble"

    def __str__(self) -> str:
        return f"{self.path} {self.person or 'guest'}{' after pressing' if self.press else ''}"


OF_GUESTS_AND_FILERS = (
    Address("/"),
    Address("/", "officer"),
    Address("/", "auditor"),
    Address("/about"),
    Address("/accessibility"),
    Address("/privacy"),
    Address("/sign-in"),
    Address("/sign-in", press="#main-form .govuk-button"),
    Address("/demo"),
    Address("/demo/mail"),
    Address("/demo/mail/{mail}"),
    Address("/account", "partner"),
    Address("/account", "nobody"),
    Address("/account/password", "partner"),
    Address("/inbox", status=401),
    Address("/nowhere", status=404),
    Address("/nowhere", "officer", status=404),
    # who files
    Address("/filing", "officer"),
    Address("/filing", "stranger"),
    Address("/filing/new", "officer"),
    Address("/filing/new", "intake"),
    Address("/filing/{begun}/situation", "officer"),
    Address("/filing/{begun}?going_on=yes", "officer"),
    Address("/filing/{empty}/situation", "officer"),
    Address("/filing/{begun}/hindered", "officer"),
    Address("/filing/{empty}/hindered", "officer", fill=("[name='/content/how_many']", "veel"), press=SEND),
    Address("/filing/{begun}/rules", "officer"),
    Address("/filing/{begun}/rules", "officer", press="button[value=more]", shows="#main-form"),
    Address("/filing/{begun}/where", "officer"),
    Address("/filing/{begun}/solution", "officer"),
    Address("/filing/{begun}/documents", "officer"),
    Address("/filing/{begun}/others", "officer"),
    Address("/filing/{begun}/check", "officer"),
    Address("/filing/{empty}/check", "officer"),
    Address("/filing/{begun}/discard", "officer"),
    Address("/filing/{submitted}/sent", "officer"),
    Address("/cases/{long}", "officer"),
    Address("/filing/{submitted}/check", "officer"),
    Address("/my-cases", "officer"),
    Address("/my-cases", "stranger"),
    Address("/cases/{asked}", "officer"),
    Address("/cases/{asked}/moves/supply_information", "officer"),
    Address("/cases/{asked}/moves/supply_information", "officer", press=SEND),
    Address("/cases/{submitted}/moves/withdraw", "officer"),
)
OF_WHO_HANDLES = (
    Address("/inbox", "secretary"),
    Address("/inbox", "intake"),
    Address("/inbox", "other_secretary"),
    Address("/inbox", "delegate_be"),
    Address("/inbox", "office_nl"),
    Address("/inbox", "sg"),
    Address("/inbox/assign?case={submitted}", "intake"),
    Address("/cases/{submitted}", "intake"),
    Address("/cases/{submitted}/moves/register", "intake"),
    Address("/cases/{submitted}/moves/register", "intake", press=SEND),
    Address("/cases/{submitted}/moves/register", "intake", press="button[value=mails]", shows="details"),
    Address("/cases/{submitted}/correct", "intake"),
    Address("/cases/{submitted}/assign", "intake"),
    Address("/cases/{submitted}/links/new", "intake"),
    Address("/cases/{explored}", "secretary"),
    Address("/cases/{explored}/analysis/BE", "secretary"),
    Address("/cases/{explored}/moves/open_consultation", "secretary"),
    Address("/cases/{explored}/documents", "secretary"),
    Address("/cases/{explored}/documents", "secretary", press=SEND),
    Address("/cases/{explored}/comments/internal", "secretary"),
    Address("/cases/{long}", "secretary"),
    Address("/cases/{long}/comments/shared", "secretary"),
    # lists
    Address("/cases", "auditor"),
    Address("/cases", "partner"),
    Address("/cases?q=bus", "secretary"),
    Address("/cases?q=nothing-is-called-so", "secretary"),
    # consultation, texts, decision, measures
    Address("/cases/{consulted}", "delegate_be"),
    Address("/consultations/{consultation}", "delegate_be"),
    Address("/consultations/{consultation}", "secretary"),
    Address("/consultations/{consultation}/position", "delegate_be"),
    Address("/consultations/{consultation}/position", "delegate_be", press=SEND),
    Address("/consultations/{consultation}/position", "secretary"),
    Address("/cases/{drafted}", "secretary"),
    Address("/instruments/{text}", "secretary"),
    Address("/instruments/{text}/texts/nl", "secretary"),
    Address("/instruments/{text}/texts/de", "secretary", press=SEND),
    Address("/instruments", "office_lu"),
    Address("/instruments/{decision}", "partner"),
    Address("/cases/{decided}", "office_nl"),
    Address("/cases/{decided}/acts/publish", "sg"),
    Address("/cases/{decided}/acts/publish", "sg", press=SEND),
    Address("/measures/{measure}", "office_be"),
    Address("/measures/{measure}", "office_be", fill=("[name='/url']", "javascript:alert(1)"), press=SEND),
    Address("/consultations/{vote}/position", "office_nl"),
    Address("/digest", "office_nl"),
    Address("/digest", "sg"),
    Address("/digest/cases?week={week}&organisation=NL&section=asked", "office_nl"),
    Address("/cases/{voted}", "office_nl"),
    Address("/cases/{voted}/moves/adopt", "sg"),
    Address("/cases/{closed}", "secretary"),
    Address("/cases/{refused}", "officer"),
)
ADDRESSES = OF_GUESTS_AND_FILERS + OF_WHO_HANDLES


COMPOUND = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung"
LONG = f"Arbeidsongeschiktheidsverzekeringsmaatschappijen {COMPOUND} {'x' * 400}\n\n" + "Zo gaat het elke dag. " * 400


def cast(served: Served) -> dict[str, str]:
    """Cases at the stages at which pages differ most, the mails of them, and a digest: what stands for `{…}` in a path.

    A week goes by, so that something is late.
    """
    house = served.house
    cases = {
        "begun": house.begin(title=f"Ein Grenzgänger mit {COMPOUND}sfragen"),
        "empty": house.begin(title="Schoolbus", countries=[], content={}),
        "long": house.begin(title=f"{COMPOUND} {COMPOUND}", content={"situation": LONG, "who_is_hindered": LONG}),
        "submitted": house.bring("submitted"),
        "asked": house.bring("information_requested"),
        "refused": house.bring("inadmissible"),
        "explored": house.bring("exploration"),
        "consulted": house.bring("consultation"),
        "drafted": house.bring("drafting"),
        "voted": house.bring("adoption"),
        "decided": house.bring("implementation"),
        "closed": house.bring("resolved"),
    }
    house.bring("exploration", cases["long"])
    comment = {"text": LONG, "audience": "shared"}
    make_comment(MakeComment(case=cases["long"], asked=lambda: comment), house.work("secretary"))
    house.write_texts(cases["drafted"])
    house.now += timedelta(days=7)
    send_week(house.store, house.now.date(), house.now)
    served.send_mail()
    return cases | {
        "consultation": _of(house, ConsultationRow.__table__, cases["consulted"]),
        "vote": _of(house, ConsultationRow.__table__, cases["voted"], last=True),
        "text": _of(house, InstrumentRow.__table__, cases["drafted"]),
        "decision": _of(house, InstrumentRow.__table__, cases["decided"]),
        "measure": _of(house, MeasureRow.__table__, cases["decided"]),
        "mail": served.mails()[0],
        "week": week_of(house.now.date() - timedelta(days=7)),
    }


def _of(house: House, table: Table, case: str, *, last: bool = False) -> str:
    statement = select(table.c.id).where(table.c.case_id == case).order_by(table.c.id)
    with house.store.reading() as connection:
        return str(connection.execute(statement).scalars().all()[-1 if last else 0])
