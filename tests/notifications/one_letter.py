"""One letter to one delegate, ready for a channel to carry."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage

from notifications.channels import Written

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
