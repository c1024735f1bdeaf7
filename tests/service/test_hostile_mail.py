"""A hostile mail world: whatever a mail server does, each letter ends where it belongs and says why in plain words."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from notifications.channels.smtp import Smtp
from notifications.round import WAITS
from service import words
from service.queries.deliveries import Delivery, deliveries
from service.store.tables import CaseRow
from service.worker import Worker
from tests.notifications.mail_server import Mailbox, knows, mail_server, make_certificate, odd_server
from tests.service.hands import Hand
from tests.service.seeds import NOW, House

OFFICER, INTAKE = "officer@example.org", "intake@example.org"
SENT = ("sent", 1, None)


class World:
    """A house that has filed one case, so that an officer and the intake have a letter coming, and a worker."""

    def __init__(self, house: House) -> None:
        self.house, self.hand, self.mailbox = house, Hand(NOW), Mailbox()
        house.bring("submitted")

    def worker(self, port: int, query: str = "", user: str = "", **more: Any) -> Worker:
        patience = {"timeout": 0.5, "longest": 1.5}
        way = Smtp(f"smtp://{user}127.0.0.1:{port}{query}", **(patience | more))
        return Worker(
            self.house.store, way, public_url="https://slagboom.test", mail_from="post@slagboom.test", now=self.hand
        )

    def letters(self) -> dict[str, Delivery]:
        """What the secretariat reads of them."""
        with self.house.store.reading() as connection:
            found = deliveries(connection, self.house.actor("sg"), limit=50)
        return {one.email: one for one in found.items}

    def states(self) -> dict[str, tuple[str, int, str | None]]:
        """State, attempts, and the word for why."""
        return {
            email: (one.state, one.attempts, one.reason.partition(":")[0] if one.reason else None)
            for email, one in self.letters().items()
        }

    def check_words(self) -> None:
        """Whoever is told why reads a sentence, in each language, and no code."""
        for one in self.letters().values():
            if one.state == "sent":
                assert one.reason is None
                continue
            assert one.reason is not None
            told = {words.undelivered(one.reason, one.state, language) for language in words.LANGUAGES}
            assert len(told) == 4
            for sentence in told:
                assert one.reason.partition(":")[0] not in sentence
                assert sentence.count(". ") + sentence.count("; ") >= 1

    def received(self, email: str) -> list[str]:
        """The Message-IDs that came in for an address."""
        kept = [one for one in self.mailbox.kept if one.recipients == [email]]
        return [str(message_from_bytes(one.content)["Message-ID"]) for one in kept]


@pytest.fixture
def world(house: House) -> World:
    return World(house)


@pytest.mark.parametrize("answer", ["550 5.1.1 No such mailbox", "553 Relaying denied", "501 Syntax"])
def test_an_address_that_is_refused_for_good_ends_at_once_and_alone(world: World, answer: str) -> None:
    world.mailbox.addresses[OFFICER] = answer
    with mail_server(world.mailbox) as port:
        worker = world.worker(port)
        worker.turn()
        assert world.states() == {OFFICER: ("refused", 1, "address_refused"), INTAKE: SENT}
        world.check_words()
        world.hand.go(days=3)
        worker.turn()
    assert world.received(OFFICER) == []


def test_greylisting_costs_a_minute(world: World) -> None:
    world.mailbox.addresses[OFFICER] = "451 4.7.1 Greylisted, come back in a minute"
    with mail_server(world.mailbox) as port:
        worker = world.worker(port)
        worker.turn()
        assert world.states() == {OFFICER: ("waiting", 1, "address_postponed"), INTAKE: SENT}
        world.check_words()
        world.mailbox.addresses.clear()
        world.hand.go(seconds=59)
        worker.turn()
        assert world.received(OFFICER) == []
        world.hand.go(seconds=2)
        worker.turn()
    assert world.states() == {OFFICER: ("sent", 2, None), INTAKE: SENT}


def test_a_temporary_answer_and_then_a_final_one(world: World) -> None:
    world.mailbox.addresses[OFFICER] = "452 Too many recipients"
    with mail_server(world.mailbox) as port:
        worker = world.worker(port)
        worker.turn()
        world.mailbox.addresses[OFFICER] = "550 No"
        world.hand.go(minutes=1)
        worker.turn()
    assert world.states() == {OFFICER: ("refused", 2, "address_refused"), INTAKE: SENT}
    world.check_words()


def test_a_mailbox_that_stays_full_is_given_up_after_nearly_two_days(world: World) -> None:
    world.mailbox.addresses[OFFICER] = "452 4.2.2 Mailbox full"
    with mail_server(world.mailbox) as port:
        worker = world.worker(port)
        worker.turn()
        for number, wait in enumerate(WAITS):
            assert world.states()[OFFICER] == ("waiting", number + 1, "address_postponed")
            assert world.letters()[OFFICER].next_at == world.hand.at + wait
            world.hand.go(seconds=wait.total_seconds())
            worker.turn()
    assert world.states()[OFFICER] == ("parked", 9, "address_postponed")
    assert timedelta(hours=46) < world.hand.at - NOW < timedelta(hours=48)
    world.check_words()


@pytest.mark.parametrize("word", ["RCPT", "DATA"])
def test_a_server_that_is_slower_than_we_wait_puts_off_the_letter_in_hand(world: World, word: str) -> None:
    world.mailbox.slow[word] = 4.0  # far beyond our patience: on a busy machine we may come back late to look
    with mail_server(world.mailbox) as port:
        worker = world.worker(port)
        worker.turn()
        assert set(world.states().values()) == {("waiting", 1, "server_gone")}
        world.check_words()
        world.mailbox.slow.clear()
        world.hand.go(minutes=1)
        worker.turn()
        assert set(world.states().values()) == {("sent", 2, None)}
    for email in (OFFICER, INTAKE):  # what it took after we had left is the same letter
        assert len(set(world.received(email))) == 1


@pytest.mark.parametrize(
    ("word", "states"),
    [("MAIL", [("waiting", 0, "server_gone")] * 2), ("RCPT", [SENT, ("waiting", 1, "server_gone")])],
)
def test_a_connection_that_drops_before_the_message_loses_nothing_and_doubles_nothing(
    world: World, word: str, states: list[tuple[str, int, str | None]]
) -> None:
    """Before it took our sender it cannot have been the letter; after that it may be, and the letter waits alone."""
    world.mailbox.hang_up_on.append(word)
    with mail_server(world.mailbox) as port:
        worker = world.worker(port)
        worker.turn()
        assert sorted(world.states().values()) == sorted(states)
        world.check_words()
        world.hand.go(minutes=1)
        worker.turn()
    assert {state for state, _, _ in world.states().values()} == {"sent"}
    assert [len(world.received(email)) for email in (OFFICER, INTAKE)] == [1, 1]


def test_a_connection_that_drops_after_the_message_makes_a_double_with_the_same_id(world: World) -> None:
    world.mailbox.hang_up_on.append("DATA")  # it keeps the message, and is gone before it says so
    with mail_server(world.mailbox) as port:
        worker = world.worker(port)
        worker.turn()
        assert sorted(state for state, _, _ in world.states().values()) == ["sent", "waiting"]
        world.check_words()
        world.hand.go(minutes=1)
        worker.turn()
    assert {state for state, _, _ in world.states().values()} == {"sent"}
    received = [world.received(email) for email in (OFFICER, INTAKE)]
    assert sorted(map(len, received)) == [1, 2]
    assert all(len(set(ids)) == 1 for ids in received)


def hangs_up(_connection: socket.socket) -> None:
    """Nothing at all."""


def stops_in_its_banner(connection: socket.socket) -> None:
    connection.sendall(b"220 mail.exam")


def says_nothing(connection: socket.socket) -> None:
    connection.recv(1)


def lets_nobody_in(connection: socket.socket) -> None:
    connection.sendall(b"554 5.7.1 Not from there\r\n")


def shuts_down(connection: socket.socket) -> None:
    connection.sendall(b"421 4.3.2 Shutting down\r\n")


def talks_of_something_else(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def sends_noise(connection: socket.socket) -> None:
    connection.sendall(bytes(range(256)) * 40 + b"\r\n")


def has_no_line_end(connection: socket.socket) -> None:
    connection.sendall(b"220-" + b"x" * 100_000)


def never_ends_its_banner(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"220-and another thing\r\n")
        time.sleep(0.01)


def drips(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"2")
        time.sleep(0.1)


def greets_and_then_babbles(connection: socket.socket) -> None:
    connection.sendall(b"220 mail\r\n")
    while connection.recv(1_000):
        connection.sendall(b"999 \xff\xfe\r\n")


ODD: list[tuple[Callable[[socket.socket], None], str]] = [
    (hangs_up, "server_gone"),
    (stops_in_its_banner, "server_gone"),
    (says_nothing, "server_silent"),
    (lets_nobody_in, "server_refuses"),
    (shuts_down, "server_refuses"),
    (talks_of_something_else, "server_refuses"),
    (sends_noise, "server_refuses"),
    (has_no_line_end, "server_refuses"),
    (never_ends_its_banner, "server_silent"),
    (drips, "server_silent"),
    (greets_and_then_babbles, "server_refuses"),
]


@pytest.mark.parametrize(("speak", "why"), ODD, ids=lambda part: getattr(part, "__name__", part))
def test_what_is_no_mail_server_costs_no_letter_an_attempt(
    world: World, speak: Callable[[socket.socket], None], why: str
) -> None:
    with odd_server(speak) as port:
        began = time.monotonic()
        worker = world.worker(port)
        worker.turn()
        assert time.monotonic() - began < 10  # one letter's patience, whatever drips
    assert set(world.states().values()) == {("waiting", 0, why)}
    world.check_words()
    comes_back(world, worker)


def comes_back(world: World, worker: Worker) -> None:
    """The mail server is itself again: everything goes out, by itself and once."""
    with mail_server(world.mailbox) as port:
        worker._way._channel._port = port  # type: ignore[attr-defined]  # the channel is an Smtp here
        world.hand.go(seconds=16)
        worker.turn()
    assert set(world.states().values()) == {SENT}
    assert [len(world.received(email)) for email in (OFFICER, INTAKE)] == [1, 1]


def test_a_server_that_is_away_for_three_weeks_uses_up_nothing(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    worker = world.worker(port)
    for _ in range(21):
        worker.turn()
        world.hand.go(days=1)
    mine = {email: state for email, state in world.states().items() if email in (OFFICER, INTAKE)}
    assert set(mine.values()) == {("waiting", 0, "server_unreachable")}
    world.check_words()


def test_a_server_without_starttls_gets_nothing(world: World) -> None:
    with mail_server(world.mailbox) as port:
        worker = world.worker(port, "?starttls=required")
        worker.turn()
    assert set(world.states().values()) == {("waiting", 0, "server_lacks")}
    assert world.mailbox.kept == []
    world.check_words()


@pytest.mark.parametrize(("host", "trusted"), [("localhost", False), ("elsewhere.example", True)])
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    world: World, tmp_path: Path, host: str, trusted: bool
) -> None:
    certificate = make_certificate(tmp_path, host)
    with mail_server(world.mailbox, tls_context=certificate.server) as port:
        worker = world.worker(port, "?starttls=required", trust=certificate.trust if trusted else None)
        worker.turn()
    assert set(world.states().values()) == {("waiting", 0, "certificate_untrusted")}
    assert world.mailbox.kept == []
    world.check_words()


def test_a_server_that_refuses_our_password_gets_nothing_and_does_not_learn_it_elsewhere(world: World) -> None:
    with mail_server(world.mailbox, authenticator=knows("post", "right"), auth_require_tls=False) as port:
        worker = world.worker(port, user="post:wrong-secret@")
        worker.turn()
    assert set(world.states().values()) == {("waiting", 0, "login_refused")}
    world.check_words()
    assert not any("wrong-secret" in (one.reason or "") for one in world.letters().values())


def test_a_server_that_refuses_our_own_address_gives_up_no_letter(world: World) -> None:
    with mail_server(world.mailbox) as port:
        world.mailbox.once["MAIL"] = "550 5.7.1 Sender not allowed"
        worker = world.worker(port)
        worker.turn()
    assert set(world.states().values()) == {("waiting", 0, "sender_refused")}
    world.check_words()
    comes_back(world, worker)


def test_no_case_was_touched_by_any_of_it(world: World) -> None:
    world.mailbox.addresses[OFFICER] = "550 No"
    table = CaseRow.__table__
    with world.house.store.reading() as connection:
        before = connection.execute(select(table)).all()
    with mail_server(world.mailbox) as port:
        world.worker(port).turn()
    with world.house.store.reading() as connection:
        assert connection.execute(select(table)).all() == before
