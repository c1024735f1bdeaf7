"""A mail server that runs, and the mailbox in which its mail is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notifications.mail_server import Mailbox, mail_server


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    with mail_server(mailbox) as port:
        yield port
