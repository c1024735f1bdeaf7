"""The mailbox of the journey: what came since it was opened, in whatever folder the reader has left it."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications.channels import Written
from notifications.channels.maildir import Maildir
from service.demo.journey.mailbox import Mailbox


def send(folder: Path, number: int, case: str = "OBS-2026-0001") -> None:
    message = EmailMessage()
    message["From"] = "post@slagboom.example"
    message["To"] = "Aurélie Dumoncelle <delegate-be@slagboom.example>"
    message["Message-ID"] = f"<{number}@slagboom.example>"
    message["Subject"] = f"Décision n° {number}"
    message["X-Slagboom-Case"] = case
    message["X-Slagboom-Notice"] = "vote"
    message.set_content("Bonjour")
    message["Content-Language"] = "fr"
    with Maildir(str(folder)) as channel:
        channel.send(Written(message), "delegate-be@slagboom.example")


def test_only_what_came_since_it_was_opened_is_new(tmp_path: Path) -> None:
    assert Mailbox.opened(tmp_path / "not-yet-there").mails() == []
    send(tmp_path, 1)
    mailbox = Mailbox.opened(tmp_path)
    (old,) = (tmp_path / "new").iterdir()
    old.rename(tmp_path / "cur" / f"{old.name}:2,S")
    send(tmp_path, 2)
    (mail,) = mailbox.mails()
    assert (mail.to, mail.language, mail.subject) == ("delegate-be@slagboom.example", "fr", "Décision n° 2")
    assert (mail.case, mail.notice, mail.event, mail.text) == ("OBS-2026-0001", "vote", None, "Bonjour\n")


def test_what_does_not_come_is_not_waited_for_forever(tmp_path: Path) -> None:
    send(tmp_path, 1)
    mailbox = Mailbox(tmp_path)
    found = mailbox.wait_for(lambda mail: mail.case == "OBS-2026-0001", seconds=0)
    assert found is not None
    assert mailbox.wait_for(lambda mail: mail.case == "OBS-2026-0002", seconds=0) is None


def test_the_last_mails_are_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.demo.journey.mailbox.QUIET", 0.0)
    send(tmp_path, 1)
    send(tmp_path, 2)
    assert [mail.subject for mail in Mailbox(tmp_path).settle()] == ["Décision n° 1", "Décision n° 2"]
