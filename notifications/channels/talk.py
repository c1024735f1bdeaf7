"""Talk: one message over an open connection to a mail server, and what each of its answers means."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from typing import Final, NoReturn

from notifications.channels import NotDelivered, RefusedForGood, TryLater, WayClosed, Written

Answer = tuple[int, bytes]

GO_ON: Final = 354  # "send the message now"
CLOSING: Final = 421  # "I am going away": the connection is lost, whatever was said before
NOT_LET_IN: Final = 530  # "log in first" or "STARTTLS first": a matter of settings, not of this message
TOO_LARGE: Final = 552
LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class ConnectionLost(Exception):
    """The server is gone, or says what no mail server says; nothing that was under way was promised to be kept.

    `greeted`: it had taken our sender, so what ended it may have been this letter. `perhaps`: it had all of the
    message, and may have kept it.
    """

    def __init__(self, said: str, *, greeted: bool, perhaps: bool) -> None:
        self.said, self.greeted, self.perhaps = said, greeted, perhaps
        super().__init__(said)


class Talk:
    """One message for one address."""

    def __init__(self, server: smtplib.SMTP, letter: Written, to: str) -> None:
        self._server, self._letter, self._to = server, letter, to
        self._greeted = self._perhaps = False

    def hand_over(self, meanwhile: Callable[[], None]) -> None:
        """Until the server has promised to keep it. Raises ConnectionLost and what a channel raises."""
        try:
            self._server.ehlo_or_helo_if_needed()
            content, options = self._wire()
            self._ask(options)
            self._server.send(LEADING_DOT.sub(b"..", content) + b".\r\n")
            self._perhaps = True
            meanwhile()
            self._check_kept(self._server.getreply())
        except smtplib.SMTPServerDisconnected as gone:
            raise self._lost(str(gone)) from gone
        except smtplib.SMTPHeloError as refused:
            raise WayClosed("server_refuses", told((refused.smtp_code, refused.smtp_error))) from refused
        except smtplib.SMTPResponseException as odd:  # a line that has no end
            raise self._lost(told((odd.smtp_code, odd.smtp_error))) from odd
        except OSError as broken:
            raise self._lost(broken.strerror or str(broken)) from broken

    def _wire(self) -> tuple[bytes, list[str]]:
        """The message as it travels, and what the server must be told about it."""
        sender, to = self._letter.sender, self._to
        if f"{sender}{to}".isascii():
            content, options = self._letter.content, []
        elif self._server.has_extn("smtputf8"):
            content, options = self._letter.in_bytes(utf8=True), ["SMTPUTF8"]
            self._server.command_encoding = "utf-8"
        else:
            raise RefusedForGood("address_foreign", to)
        if not content.isascii():
            options.append("BODY=8BITMIME")
        if self._server.has_extn("size"):
            options.append(f"SIZE={len(content)}")
        return content if content.endswith(b"\r\n") else content + b"\r\n", options

    def _ask(self, options: list[str]) -> None:
        """Name sender and address, and ask whether the message may come; in one go, where the server knows that."""
        commands = [f"MAIL FROM:<{self._letter.sender}>", f"RCPT TO:<{self._to}>", "DATA"]
        commands[0] = " ".join([commands[0], *options])
        checks = (self._check_sender, self._check_address, self._check_data)
        if not self._server.has_extn("pipelining"):
            for command, check in zip(commands, checks, strict=True):
                self._server.send(f"{command}\r\n")
                self._judge(check, self._server.getreply())
            return
        self._server.send("".join(f"{command}\r\n" for command in commands))  # RFC 2920
        answers = [self._server.getreply() for _ in commands]
        sender, address, data = answers
        if data[0] == GO_ON and (sender[0] // 100 != 2 or address[0] // 100 != 2):
            self._server.send(b".\r\n")  # it waits for a message that goes to nobody
            self._server.getreply()
        for check, answer in zip(checks, answers, strict=True):
            self._judge(check, answer)

    def _judge(self, check: Callable[[Answer], None], answer: Answer) -> None:
        try:
            check(answer)
        except NotDelivered:
            self._server.rset()  # what was begun must not hang over the next message
            raise

    def _check_sender(self, answer: Answer) -> None:
        """Our own address is refused for every message alike until somebody mends the settings: none is given up."""
        code = self._code(answer)
        if code // 100 == 2:
            self._greeted = True
        elif code == TOO_LARGE:  # the size is announced together with the sender
            raise RefusedForGood("letter_too_large", told(answer))
        else:
            raise WayClosed("sender_refused", told(answer))

    def _check_address(self, answer: Answer) -> None:
        code = self._code(answer)
        if code // 100 != 2:
            self._refuse("address", answer)

    def _check_data(self, answer: Answer) -> None:
        if self._code(answer) != GO_ON:
            self._refuse("letter", answer)

    def _check_kept(self, answer: Answer) -> None:
        if self._code(answer) // 100 != 2:
            self._refuse("letter", answer)

    def _refuse(self, what: str, answer: Answer) -> NoReturn:
        code = answer[0]
        if code == NOT_LET_IN:
            raise WayClosed("server_refuses", told(answer))
        if code == TOO_LARGE and what == "letter":
            raise RefusedForGood("letter_too_large", told(answer))
        if code // 100 == 5:
            raise RefusedForGood(f"{what}_refused", told(answer))
        raise TryLater(f"{what}_postponed", told(answer))

    def _code(self, answer: Answer) -> int:
        """The code, where the answer is one that can be lived with."""
        code = answer[0]
        if code == CLOSING or not 200 <= code < 600:
            self._perhaps = False  # it said something, and not that it keeps the message
            raise self._lost(told(answer))
        return code

    def _lost(self, said: str) -> ConnectionLost:
        return ConnectionLost(said, greeted=self._greeted, perhaps=self._perhaps)


def told(answer: tuple[int, bytes | str]) -> str:
    """An answer of a mail server as it may be read."""
    code, said = answer
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {text}" if code > 0 else text
