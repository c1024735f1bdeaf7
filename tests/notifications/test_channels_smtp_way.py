"""The address of a mail server says how to get to it: encrypted and logged in where it must be, or not at all."""

import socket
import threading
from pathlib import Path

import pytest

from notifications.channels import WayClosed, channel
from notifications.channels.smtp import Smtp, is_loopback
from tests.notifications.mail_server import Certificate, Mailbox, knows, mail_server, make_certificate, plain
from tests.notifications.one_letter import TO, letter


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


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


def test_a_server_that_is_not_there_is_a_closed_way() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        mail = channel(plain(door.getsockname()[1]))
        for _ in range(2):
            with mail, pytest.raises(WayClosed, match="server_unreachable: Connection refused"):
                mail.send(letter(), TO)


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


def test_a_way_that_was_closed_is_tried_anew_by_the_next_message(mailbox: Mailbox, port: int) -> None:
    mailbox.hang_up_on += ["EHLO"]
    with channel(f"smtp://ann:pw@127.0.0.1:{port}") as mail:
        with pytest.raises(WayClosed, match="server_gone"):
            mail.send(letter(), TO)
        with pytest.raises(WayClosed, match="server_lacks"):
            mail.send(letter(), TO)
    assert mailbox.connections == 2


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
