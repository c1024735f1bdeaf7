"""Lists of what hangs on a case, and of people, take as many queries for one row as for twenty."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from service.commands.comments import MakeComment, make_comment
from service.commands.documents import AttachDocument, attach_document
from service.commands.links import LinkCase, link_case
from service.commands.people import AddPerson, add_person
from service.queries.comments import comments
from service.queries.deliveries import deliveries
from service.queries.documents import documents
from service.queries.events import events
from service.queries.links import links
from service.queries.register import people
from service.store.outbox import Outbox
from tests.service.files.papers import PDF
from tests.service.queries.test_constant_queries import counting
from tests.service.seeds import House


def queries(house: House, read: Callable[[Connection], int]) -> tuple[int, int]:
    """How many rows the list has, and how many queries it takes."""
    with house.store.reading() as connection, counting(connection) as seen:
        return read(connection), len(seen)


def test_comments_and_the_events_that_they_leave(house: House) -> None:
    case = house.bring("submitted")

    def comment() -> None:
        said = {"text": "Gezien.", "audience": "shared"}
        make_comment(MakeComment(case=case, asked=lambda: said), house.work("intake"))

    def of_comments(connection: Connection) -> int:
        return len(comments(connection, house.actor("officer"), case, limit=50).items)

    def of_events(connection: Connection) -> int:
        return len(events(connection, house.actor("officer"), case, limit=50).page.items)

    comment()
    one = queries(house, of_comments), queries(house, of_events)
    for _ in range(19):
        comment()
    assert (one, queries(house, of_comments), queries(house, of_events)) == (((1, 2), (2, 4)), (20, 2), (21, 4))


def test_documents(house: House, tmp_path: Path) -> None:
    case = house.bring("submitted")

    def attach() -> None:
        form = {"file": "nota.pdf", "title": "Nota", "language": "nl", "audience": "shared"}
        command = AttachDocument(case=case, stream=io.BytesIO(PDF), asked=lambda: form)
        attach_document(command, tmp_path / "files", house.work("officer"))

    def read(connection: Connection) -> int:
        return len(documents(connection, house.actor("intake"), case, limit=50).items)

    attach()
    one = queries(house, read)
    for _ in range(19):
        attach()
    assert (one, queries(house, read)) == ((1, 2), (20, 2))


def test_links(house: House) -> None:
    case = house.bring("submitted")

    def link() -> None:
        data = {"kind": "related", "to": house.bring("submitted")}
        link_case(LinkCase(case=case, asked=lambda: data), house.work("intake"))

    def read(connection: Connection) -> int:
        return len(links(connection, house.actor("intake"), case))

    link()
    one = queries(house, read)
    for _ in range(4):
        link()
    assert (one, queries(house, read)) == ((1, 2), (5, 2))


def test_people_with_their_mandates(house: House) -> None:
    def add(number: int) -> None:
        data: dict[str, Any] = {
            "email": f"new{number}@example.org", "name": "Nieuw", "language": "nl",
            "mandates": [{"role": "officer", "organisation": "NL-GM0980"}],
        }  # fmt: skip
        add_person(AddPerson(asked=lambda: data, hashing=str), house.work("admin"))

    def read(connection: Connection) -> int:
        return len(people(connection, house.actor("admin"), q="nieuw", limit=50).items)

    add(1)
    one = queries(house, read)
    for number in range(2, 21):
        add(number)
    assert (one, queries(house, read)) == ((1, 2), (20, 2))


def test_deliveries(house: House) -> None:
    def read(connection: Connection) -> int:
        return len(deliveries(connection, house.actor("sg"), limit=50).items)

    house.bring("submitted")
    Outbox(house.store, "worker", "example.org").expand(house.now)
    few = queries(house, read)
    for _ in range(4):
        house.bring("submitted")
    Outbox(house.store, "worker", "example.org").expand(house.now)
    many = queries(house, read)
    assert (few, many) == ((2, 1), (10, 1))
