"""Mail reaches a real server over one connection, and every refusal is understood."""

import socket
from email import message_from_bytes, policy

import pytest

from notifications.channels import RefusedForGood, TryLater, WayClosed, Written, channel
from tests.notifications.mail_server import Mailbox, mail_server, odd_server, plain
from tests.notifications.one_letter import TO, letter, message


def test_a_message_arrives_whole(mailbox: Mailbox, port: int) -> None:
    with channel(plain(port)) as mail:
        mail.send(letter("Één vraag:\n.\nwaarom?"), TO)
    (kept,) = mailbox.kept
    read = message_from_bytes(kept.content, policy=policy.default)
    assert (kept.sender, kept.recipients) == ("slagboom@benelux.example", [TO])
    assert read["Subject"] == "OBS-2026-0001: grensarbeid naar België"
    assert read.get_content().splitlines() == ["Één vraag:", ".", "waarom?"]


def test_a_batch_uses_one_connection(mailbox: Mailbox, port: int) -> None:
    with channel(plain(port)) as mail:
        for number in range(5):
            mail.send(letter(), f"{number}@belgium.example")
    assert [kept.recipients for kept in mailbox.kept] == [[f"{number}@belgium.example"] for number in range(5)]
    assert mailbox.connections == 1


def test_an_empty_batch_opens_no_connection(mailbox: Mailbox, port: int) -> None:
    with channel(plain(port)):
        pass
    assert mailbox.connections == 0


def test_the_next_batch_opens_a_connection_of_its_own(mailbox: Mailbox, port: int) -> None:
    mail = channel(plain(port))
    for _ in range(2):
        with mail:
            mail.send(letter(), TO)
    assert mailbox.connections == 2


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [("550 5.1.1 No such mailbox", RefusedForGood), ("450 4.2.1 Mailbox is full", TryLater)],
)
def test_a_refused_address_does_not_hold_up_the_next(
    answer: str, refusal: type[Exception], mailbox: Mailbox, port: int
) -> None:
    mailbox.addresses["gone@belgium.example"] = answer
    with channel(plain(port)) as mail:
        mail.send(letter(), TO)
        with pytest.raises(refusal, match=f"address_(refused|postponed): {answer}"):
            mail.send(letter(), "gone@belgium.example")
        mail.send(letter(), TO)
    assert [kept.recipients for kept in mailbox.kept] == [[TO], [TO]]
    assert mailbox.connections == 1


@pytest.mark.parametrize(
    ("answer", "refusal"), [("554 5.7.1 Looks like spam", RefusedForGood), ("451 Try again", TryLater)]
)
def test_a_refused_message_does_not_hold_up_the_next(
    answer: str, refusal: type[Exception], mailbox: Mailbox, port: int
) -> None:
    mailbox.once["DATA"] = answer
    with channel(plain(port)) as mail:
        with pytest.raises(refusal, match=answer):
            mail.send(letter(), TO)
        mail.send(letter(), TO)
    assert len(mailbox.kept) == 1
    assert mailbox.connections == 1


@pytest.mark.parametrize("answer", ["550 5.7.1 Not your domain", "530 Log in first", "451 Not now"])
def test_a_refused_sender_gives_up_no_message(answer: str, mailbox: Mailbox, port: int) -> None:
    mailbox.once["MAIL"] = answer
    with channel(plain(port)) as mail:
        with pytest.raises(WayClosed, match=f"sender_refused: {answer}"):
            mail.send(letter(), TO)
        mail.send(letter(), TO)
    assert len(mailbox.kept) == 1


def test_a_message_that_is_too_large_is_given_up(mailbox: Mailbox) -> None:
    with mail_server(mailbox, data_size_limit=2_000) as port, channel(plain(port)) as mail:
        with pytest.raises(RefusedForGood, match="letter_too_large: 552"):
            mail.send(letter("x\n" * 2_000), TO)
        mail.send(letter(), TO)
    assert len(mailbox.kept) == 1


@pytest.mark.parametrize("word", ["MAIL", "RCPT"])
def test_a_connection_that_died_in_the_batch_is_opened_once_more(word: str, mailbox: Mailbox, port: int) -> None:
    with channel(plain(port)) as mail:
        mail.send(letter(), TO)
        mailbox.hang_up_on.append(word)
        mail.send(letter(), TO)
    assert mailbox.connections == 2
    assert len(mailbox.kept) == 2


@pytest.mark.parametrize("first", [True, False])
def test_a_server_that_hangs_up_with_the_whole_message_is_not_given_a_second_one_at_once(
    first: bool, mailbox: Mailbox, port: int
) -> None:
    with channel(plain(port)) as mail:
        if not first:
            mail.send(letter(), TO)
        mailbox.hang_up_on.append("DATA")
        with pytest.raises(TryLater, match="server_gone"):
            mail.send(letter(), TO)
        mail.send(letter(), TO)
    assert len(mailbox.kept) == (2 if first else 3)  # this one keeps it before it hangs up
    assert len({message_from_bytes(kept.content)["Message-ID"] for kept in mailbox.kept}) == 1


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA"])
def test_a_connection_that_the_server_ends_politely_is_opened_once_more(word: str, mailbox: Mailbox, port: int) -> None:
    with channel(plain(port)) as mail:
        mail.send(letter(), TO)
        mailbox.once[word] = "421 4.4.2 Idle for too long"
        mail.send(letter(), TO)
    assert mailbox.connections == 2
    assert len(mailbox.kept) == 2


@pytest.mark.parametrize("word", ["EHLO", "MAIL", "RCPT"])
def test_a_server_that_hangs_up_again_and_again_is_tried_later(word: str, mailbox: Mailbox, port: int) -> None:
    mailbox.hang_up_on += [word] * 2
    with channel(plain(port)) as mail:
        for _ in range(2):
            with pytest.raises(TryLater if word == "RCPT" else WayClosed, match="server_gone"):
                mail.send(letter(), TO)
    assert mailbox.kept == []


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [("550 No such mailbox", RefusedForGood), ("450 Full", TryLater)],
)
def test_a_server_that_takes_commands_together_refuses_as_any_other(
    answer: str, refusal: type[Exception], mailbox: Mailbox, port: int
) -> None:
    mailbox.offers.append("PIPELINING")
    mailbox.addresses["gone@belgium.example"] = answer
    with channel(plain(port)) as mail:
        mail.send(letter(), TO)
        with pytest.raises(refusal, match=answer):
            mail.send(letter(), "gone@belgium.example")
        mailbox.once["MAIL"] = "550 Not your domain"
        with pytest.raises(WayClosed, match="sender_refused"):
            mail.send(letter(), TO)
        mail.send(letter(), TO)
    assert [kept.recipients for kept in mailbox.kept] == [[TO], [TO]]
    assert mailbox.connections == 1


def test_a_server_that_waits_for_a_message_to_nobody_gets_an_empty_one() -> None:
    """RFC 2920, 3.1: it may say 354 although it took no address; nothing of the letter is sent to it then."""
    said: list[bytes] = []

    def speak(connection: socket.socket) -> None:
        with connection.makefile("rwb", buffering=0) as wire:
            wire.write(b"220 odd\r\n")
            answers = {b"RCPT": b"550 No", b"DATA": b"354 Go on", b".": b"554 To nobody"}
            answers[b"ehlo"] = b"250-odd\r\n250 PIPELINING"
            for line in wire:
                said.append(line.rstrip(b"\r\n"))
                wire.write(answers.get(said[-1][:4], b"250 OK") + b"\r\n")

    with odd_server(speak) as port, channel(plain(port)) as mail:
        for _ in range(2):
            with pytest.raises(RefusedForGood, match="address_refused: 550 No"):
                mail.send(letter(), TO)
    asked = [line[:4] for line in said[1:]]
    assert asked == [b"MAIL", b"RCPT", b"DATA", b".", b"rset"] * 2 + [b"quit"]


def test_smtputf8_is_asked_for_only_by_an_address_that_needs_it(mailbox: Mailbox) -> None:
    with mail_server(mailbox, enable_SMTPUTF8=True) as port, channel(plain(port)) as mail:
        mail.send(letter(), TO)
        mail.send(letter("Één vraag", "josé@belgië.example"), "josé@belgië.example")
    first, second = mailbox.kept
    assert [option for option in first.options if not option.startswith("SIZE")] == []
    assert {"SMTPUTF8", "BODY=8BITMIME"} <= set(second.options)
    assert second.recipients == ["josé@belgië.example"]
    assert "To: josé@belgië.example".encode() in second.content


def test_an_address_that_the_server_cannot_write_is_given_up(mailbox: Mailbox) -> None:
    with mail_server(mailbox, enable_SMTPUTF8=False) as port, channel(plain(port)) as mail:
        with pytest.raises(RefusedForGood, match="josé"):
            mail.send(letter(), "josé@belgium.example")
        mail.send(letter(), TO)
    assert len(mailbox.kept) == 1


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b@c", "a@b.eu, c@d.eu", "a@b.eu\r\nDATA", "a@b.eu> SIZE=1", "<a@b.eu>", "a\0@b.eu"]
)
def test_what_is_no_single_address_never_reaches_the_server(to: str, mailbox: Mailbox, port: int) -> None:
    with channel(plain(port)) as mail, pytest.raises(RefusedForGood, match="address_unfit"):
        mail.send(letter(), to)
    assert mailbox.connections == 0


def test_a_message_without_a_sender_is_given_up() -> None:
    anonymous = message()
    del anonymous["From"]
    with pytest.raises(RefusedForGood, match="letter_unwritable: no sender"):
        Written(anonymous)


def test_a_reason_is_one_line_of_modest_length() -> None:
    reason = TryLater("address_refused", "550 first\r\nsecond\x1b[31m\0" + "x" * 1_000).reason
    assert reason.startswith("address_refused: 550 first second [31m xxx")
    assert len(reason) == 300
