"""Previews: the mails that a step would send, put into words without sending any."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from notifications.render import render
from service.pages.doors import MailShown
from service.queries.letters import letter
from service.store.outbox import Outbox
from service.store.work import Work


class Previews:
    """Carries a step out, reads what it would tell, and keeps nothing of it."""

    def __init__(self, outbox: Outbox, *, public_url: str, mail_from: str) -> None:
        self._outbox, self._public_url, self._mail_from = outbox, public_url, mail_from

    def __call__(self, work: Work, case: str, step: Callable[[], object]) -> Sequence[MailShown]:
        """The mails, in the order in which they would be written. Raises what the step raises.

        `case` is its id. Everything is done in the unit of work, which is discarded.
        """
        with work:
            work.discard()
            before = self._outbox.put_out(work.connection, case)
            step()
            letters = self._outbox.trial(work.connection, case, before, work.now)
            return [self._shown(work, one) for one in letters]

    def _shown(self, work: Work, delivery: str) -> MailShown:
        read = letter(work.connection, delivery, work.now)
        message = render(read, public_url=self._public_url, mail_from=self._mail_from)
        plain = message.get_body(("plain",))
        return MailShown(
            to=read.to.name,
            person=read.to.person,
            language=read.to.language,
            notice=read.notice,
            subject=str(message["Subject"]),
            text=plain.get_content() if plain is not None else "",
        )
