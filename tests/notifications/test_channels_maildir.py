"""Mail in a folder: whole or not at all, and the same message never twice."""

import mailbox
import os
import stat
from email import message_from_binary_file, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications.channels import RefusedForGood, WayClosed, Written
from notifications.channels.maildir import Maildir

TO = "delegate@belgium.example"


def letter(number: int = 1, text: str = "Één vraag.\n") -> Written:
    return Written(message(number, text))


def message(number: int = 1, text: str = "Één vraag.\n") -> EmailMessage:
    message = EmailMessage(policy.SMTP)
    message["From"] = "slagboom@benelux.example"
    message["To"] = TO
    message["Subject"] = "Ihre Stellungnahme zu Grenzüberschreitendem"
    message["Message-ID"] = f"<{number}@benelux.example>"
    message.set_content(text)
    return message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var/mail"


def files(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.rglob("*") if path.is_file())


def test_a_message_is_new_and_whole_and_every_reader_of_maildirs_finds_it(folder: Path) -> None:
    with Maildir(str(folder)) as mail:
        mail.send(letter(), TO)
    reader = mailbox.Maildir(folder, factory=lambda file: message_from_binary_file(file, policy=policy.default))
    (found,) = reader
    assert found["Delivered-To"] == TO
    assert found["Subject"] == "Ihre Stellungnahme zu Grenzüberschreitendem"
    assert found.get_content() == "Één vraag.\n"
    reader.close()


def test_nobody_else_on_the_machine_can_read_it(folder: Path) -> None:
    Maildir(str(folder)).send(letter(), TO)
    (path,) = (folder / "new").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_same_message_again_takes_the_place_of_the_first(folder: Path) -> None:
    mail = Maildir(str(folder))
    mail.send(letter(text="first"), TO)
    mail.send(letter(text="again"), TO)
    assert files(folder) == ["new"]
    (path,) = (folder / "new").iterdir()
    assert "again" in path.read_text()


def test_a_message_that_was_read_stays_read_and_single(folder: Path) -> None:
    mail = Maildir(str(folder))
    mail.send(letter(), TO)
    (path,) = (folder / "new").iterdir()
    path.rename(folder / "cur" / f"{path.name}:2,S")
    mail.send(letter(text="again"), TO)
    assert files(folder) == ["cur"]
    (read,) = (folder / "cur").iterdir()
    assert "again" in read.read_text()
    assert read.name.endswith(":2,S")


def test_other_messages_and_other_addresses_stand_beside_it(folder: Path) -> None:
    mail = Maildir(str(folder))
    mail.send(letter(1), TO)
    mail.send(letter(2), TO)
    mail.send(letter(1), "delegate@luxembourg.example")
    assert files(folder) == ["new"] * 3


def test_a_folder_that_cannot_be_written_to_is_a_closed_way(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file, not a folder")
    with pytest.raises(WayClosed, match="maildir_unwritable: Not a directory"):
        Maildir(str(tmp_path / "mail")).send(letter(), TO)


def test_a_disk_that_fills_up_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WayClosed, match="maildir_unwritable: No space left"):
        Maildir(str(folder)).send(letter(), TO)
    assert files(folder) == []


def test_what_has_no_name_or_no_address_is_given_up(folder: Path) -> None:
    nameless = message()
    del nameless["Message-ID"]
    with pytest.raises(RefusedForGood, match="no Message-ID"):
        Written(nameless)
    with pytest.raises(RefusedForGood, match="address_unfit"):
        Maildir(str(folder)).send(letter(), "a@b.eu\nBcc: c@d.eu")
    assert not folder.exists()
