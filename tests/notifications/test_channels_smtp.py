"""Mail reaches a real server over one connection, encrypted where it must be, and every refusal is understood."""

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications.channels import RefusedForGood, TryLater, WayClosed, Written, channel
from notifications.channels.smtp import Smtp, is_loopback
from tests.notifications.mail_server import Certificate, Mailbox, knows, mail_server, make_certificate, odd_server

TO = "delegate@belgium.example"


def letter(text: str = "Goedemorgen.", to: str = TO) -> Written:
    return Written(message(text, to))


def message(text: str = "Goedemorgen.", to: str = TO) -> EmailMessage:
    message = EmailMessage(policy.SMTP)
    message["From"] = "Slagboom <slagboom@benelux.example>"
    message["To"] = to
    message["Subject"] = "OBS-2026-0001: grensarbeid naar België"
    message["Message-ID"] = "<1@benelux.example>"
    message.set_content(text)
    return message


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    with mail_server(mailbox) as port:
        yield port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def plain(port: int) -> str:
    return f"smtp://127.0.0.1:{port}"


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


def test_a_server_that_is_not_there_is_a_closed_way() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        mail = channel(plain(door.getsockname()[1]))
        for _ in range(2):
            with mail, pytest.raises(WayClosed, match="server_unreachable: Connection refused"):
                mail.send(letter(), TO)


def test_a_way_that_was_closed_is_tried_anew_by_the_next_message(mailbox: Mailbox, port: int) -> None:
    mailbox.hang_up_on += ["EHLO"]
    with channel(f"smtp://ann:pw@127.0.0.1:{port}") as mail:
        with pytest.raises(WayClosed, match="server_gone"):
            mail.send(letter(), TO)
        with pytest.raises(WayClosed, match="server_lacks"):
            mail.send(letter(), TO)
    assert mailbox.connections == 2


def test_a_server_that_does_not_answer_is_a_closed_way() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = Smtp(plain(silent.getsockname()[1]), timeout=0.05)
        with mail, pytest.raises(WayClosed, match="server_silent"):
            mail.send(letter(), TO)


def test_a_server_that_lets_nobody_in_is_a_closed_way() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        mail = Smtp(plain(server.getsockname()[1]), timeout=5)

        def refuse() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"554 No mail from you\r\n")
                connection.recv(100)

        thread = threading.Thread(target=refuse)
        thread.start()
        with mail, pytest.raises(WayClosed, match="server_refuses: 554 No mail from you"):
            mail.send(letter(), TO)
        thread.join()


def test_starttls_encrypts_and_then_logs_in(mailbox: Mailbox, certificate: Certificate) -> None:
    with (
        mail_server(mailbox, tls_context=certificate.server, authenticator=knows("ann", "p@ss word")) as port,
        channel(f"smtp://ann:p%40ss%20word@127.0.0.1:{port}?starttls=required", trust=certificate.trust) as mail,
    ):
        mail.send(letter(), TO)
        mail.send(letter(), TO)
    assert [(kept.encrypted, kept.logged_in) for kept in mailbox.kept] == [(True, True)] * 2
    assert mailbox.connections == 1


def test_smtps_is_encrypted_from_the_first_byte(mailbox: Mailbox, certificate: Certificate) -> None:
    with (
        mail_server(mailbox, ssl_context=certificate.server) as port,
        channel(f"smtps://localhost:{port}", trust=certificate.trust) as mail,
    ):
        mail.send(letter(), TO)
    assert len(mailbox.kept) == 1


def test_a_certificate_that_nobody_vouches_for_stops_the_mail(mailbox: Mailbox, certificate: Certificate) -> None:
    words = "certificate_untrusted: self-signed certificate"
    with (
        mail_server(mailbox, tls_context=certificate.server) as port,
        channel(f"smtp://127.0.0.1:{port}?starttls=required") as mail,
        pytest.raises(WayClosed, match=words),
    ):
        mail.send(letter(), TO)
    with (
        mail_server(mailbox, ssl_context=certificate.server) as port,
        channel(f"smtps://127.0.0.1:{port}") as mail,
        pytest.raises(WayClosed, match=words),
    ):
        mail.send(letter(), TO)
    assert mailbox.kept == []


def test_no_mail_leaves_where_starttls_is_required_and_not_offered(mailbox: Mailbox, port: int) -> None:
    with channel(f"{plain(port)}?starttls=required") as mail, pytest.raises(WayClosed, match="server_lacks: STARTTLS"):
        mail.send(letter(), TO)
    assert mailbox.kept == []


def test_a_wrong_password_gives_up_no_message_and_is_not_shown(mailbox: Mailbox) -> None:
    with (
        mail_server(mailbox, authenticator=knows("ann", "right"), auth_require_tls=False) as port,
        channel(f"smtp://ann:geheim@127.0.0.1:{port}") as mail,
        pytest.raises(WayClosed, match="login_refused: 535") as caught,
    ):
        mail.send(letter(), TO)
    assert "geheim" not in caught.value.reason


def test_a_server_without_login_is_told_apart(mailbox: Mailbox, port: int) -> None:
    url, words = f"smtp://ann:geheim@127.0.0.1:{port}", r"server_lacks: .*AUTH"
    with channel(url) as mail, pytest.raises(WayClosed, match=words):
        mail.send(letter(), TO)


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


@pytest.mark.parametrize(
    ("url", "port", "starttls"),
    [
        ("smtp://mail.benelux.int", 25, True),
        ("smtp://ann:pw@mail.benelux.int", 587, True),
        ("smtp://mail.benelux.int?starttls=never", 25, False),
        ("smtp://mail.benelux.int:2525?starttls=required", 2525, True),
        ("smtp://localhost", 25, False),
        ("smtp://[::1]:1025", 1025, False),
        ("smtp://127.0.0.1?starttls=required", 25, True),
        ("smtps://mail.benelux.int", 465, False),
    ],
)
def test_the_address_says_which_port_and_whether_to_encrypt(url: str, port: int, starttls: bool) -> None:
    mail = Smtp(url)
    assert (mail._port, mail._starttls) == (port, starttls)


@pytest.mark.parametrize("url", ["", "mail.benelux.int", "imap://h", "smtp://", "smtp://h?starttls=maybe", "maildir:x"])
def test_an_address_of_no_channel_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"begins with|either required or never"):
        channel(url)


@pytest.mark.parametrize(
    ("host", "stays"),
    [
        ("localhost", True),
        ("mail.localhost", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("h", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, stays: bool) -> None:
    assert is_loopback(host) is stays


def test_a_maildir_is_named_by_its_folder(tmp_path: Path) -> None:
    with channel(f"maildir:{tmp_path / 'mail'}") as mail:
        mail.send(letter(), TO)
    assert len(list((tmp_path / "mail/new").iterdir())) == 1
