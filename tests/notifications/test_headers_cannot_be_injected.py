"""Whatever people write, a mail has the headers that it should have, and goes to the one address it is for."""

from __future__ import annotations

import base64
import dataclasses
import quopri
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.channels import RefusedForGood, Written
from notifications.channels.smtp import Smtp
from notifications.render import render
from tests.notifications.letters import MAIL_FROM, PUBLIC_URL, letters
from tests.notifications.mail_server import Mailbox, mail_server
from workflows.notices import Letter

OURS = {
    "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Slagboom-Notice", "References", "In-Reply-To",
    "X-Slagboom-Case", "X-Slagboom-Event", "Subject", "MIME-Version", "Content-Type", "Content-Language",
}  # fmt: skip
ALWAYS = OURS - {"References", "In-Reply-To", "X-Slagboom-Case", "X-Slagboom-Event"}
LETTERS = {f"{language} {name}": one for language in ("nl", "fr") for name, one in letters(language).items()}

NASTY = [
    "\r\nBcc: thief@evil.example",
    "\nBcc: thief@evil.example\n\nHello",
    "\rBcc: thief@evil.example",
    "\r\n\r\n<b>body</b>",
    "\x85Bcc: x@evil.example",
    "\u2028Bcc: x@evil.example",
    "\u2029X: y",
    "\x0bX: y",
    "\x0cX: y",
    "\x1cX: y",
    "\0",
    "\x00\r\n.\r\n",
    "\r\n.\r\nMAIL FROM:<thief@evil.example>\r\n",
    "=?utf-8?q?=0D=0ABcc:_thief@evil.example?=",
    "=?utf-8?b?DQpCY2M6IHhAeS56?=",
    "\u202eelpmaxe.live@feiht",
    "\u200f\u2066x\u2069",
    '"><thief@evil.example>',
    "Ann <thief@evil.example>,",
    "a" * 1_200,
    "é" * 700,
    " " * 300,
    "\ud800",
    "\ufeff",
    "( comment \\",
    '"',
    "\\",
    ";",
    "group: x@y.example;",
    "\t\r\n folded",
    "🚧" * 90,
    "--===============boundary==",
    "Content-Type: text/html\n\n<script>",
]
TEXT = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), min_size=1, max_size=4).map("".join),
)


class Strict:
    """A mail read by the letter of RFC 5322 and 2045, by no library: anything out of form is an error."""

    FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+): ?(.*)", re.DOTALL)

    def __init__(self, raw: bytes) -> None:
        assert raw.isascii()
        assert b"\0" not in raw
        assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
        assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
        head, self.body = raw.split(b"\r\n\r\n", 1)
        self.fields = list(self._fields(head))

    def _fields(self, head: bytes) -> Iterator[tuple[str, bytes]]:
        unfolded = re.sub(rb"\r\n(?=[ \t]+[^ \t\r])", b"", head)
        for line in unfolded.split(b"\r\n"):
            match = self.FIELD.fullmatch(line)
            assert match is not None, line
            yield match[1].decode(), match[2]

    def names(self) -> list[str]:
        return [name for name, _ in self.fields]

    def one(self, name: str) -> bytes:
        (value,) = [value for found, value in self.fields if found == name]
        return value

    def addresses(self) -> list[str]:
        """What stands outside of quotes, comments and encoded words and looks like an address."""
        bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", self.one("To"))
        bare = re.sub(rb"=\?[\w-]+\?[bqBQ]\?[^? ]*\?=", b"", bare)
        assert b"(" not in bare
        assert bare.count(b",") == bare.count(b";") == bare.count(b":") == 0
        return [found.decode() for found in re.findall(rb"[^\s<>]+@[^\s<>]+", bare)]

    def parts(self) -> list[Strict]:
        match = re.search(rb'boundary="([^"]+)"', self.one("Content-Type"))
        assert match is not None
        before, *parts, after = (b"\r\n" + self.body).split(b"\r\n--" + match[1])
        assert before.strip() == b""
        assert after.rstrip(b"\r\n") == b"--"
        return [Strict(part.removeprefix(b"\r\n")) for part in parts]


def polluted(letter: Letter, text: str) -> Letter:
    """The same letter, with the text in every field that people, imports or other machines fill in."""

    def foul(value: Any) -> Any:
        if isinstance(value, str):
            return f"{value}{text}"
        if isinstance(value, dict):
            return {key: foul(one) for key, one in value.items()}
        return type(value)(foul(one) for one in value) if isinstance(value, list | tuple) else value

    more: dict[str, Any] = {
        "to": dataclasses.replace(letter.to, name=text + letter.to.name + text, organisation_name=text),
        "questions": tuple((number, asked + text) for number, asked in letter.questions),
    }
    if letter.case is not None:
        names = {"title": text + letter.case.title, "organisation_name": text, "working_group_name": text}
        reference = (letter.case.reference or "") + text.replace("\ud800", "")  # no database keeps half a sign
        more["case"] = dataclasses.replace(letter.case, **names, contact=text, reference=reference)
    if letter.happening is not None:
        free = {"reason", "by", "on_behalf_of"}
        said = {name: text if getattr(letter.happening, name) is not None else None for name in free}
        more["happening"] = dataclasses.replace(letter.happening, **said)
    if letter.consultation is not None:
        more["consultation"] = dataclasses.replace(letter.consultation, question=text, asked=text, voters=(text,))
    if letter.instrument is not None:
        more["instrument"] = dataclasses.replace(letter.instrument, title=text, number=text)
    return dataclasses.replace(letter, **more)


def check(raw: bytes, letter: Letter) -> None:
    """The headers are ours and the address is the one, for a strict reader and for a lenient one."""
    strict = Strict(raw)
    assert len(strict.names()) == len(set(strict.names()))
    assert ALWAYS <= set(strict.names()) <= OURS
    assert strict.addresses() == [letter.to.email]
    assert strict.one("Message-ID").strip().decode() == letter.message_id
    kinds = [part.one("Content-Type").split(b";")[0] for part in strict.parts()]
    assert kinds == [b"text/plain", b"text/html"]
    for part in strict.parts():
        assert set(part.names()) <= {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
        assert part.one("Content-Transfer-Encoding") in (b"quoted-printable", b"base64")
        read = {b"quoted-printable": quopri.decodestring, b"base64": base64.b64decode}
        read[part.one("Content-Transfer-Encoding")](part.body).decode("utf-8")
    lenient = message_from_bytes(raw, policy=policy.default)
    assert sorted(lenient.keys()) == sorted(strict.names())
    assert [one.addr_spec for one in lenient["To"].addresses] == [letter.to.email]
    assert not lenient.defects
    assert "\n" not in str(lenient["Subject"])


def written(letter: Letter) -> Written:
    return Written(render(letter, public_url=PUBLIC_URL, mail_from=MAIL_FROM))


@pytest.mark.parametrize("name", ["nl ending", "fr result", "nl question", "nl account"])
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_known_trick_adds_a_header_or_an_address(name: str, text: str) -> None:
    letter = polluted(LETTERS[name], text)
    check(written(letter).content, letter)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(LETTERS)), text=TEXT)
def test_no_text_at_all_adds_a_header_or_an_address(name: str, text: str) -> None:
    letter = polluted(LETTERS[name], text)
    check(written(letter).content, letter)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=TEXT, place=st.sampled_from(["before", "after", "instead"]))
def test_an_address_is_one_address_on_the_wire_or_goes_nowhere(text: str, place: str) -> None:
    """What stands for an address is given to the server as that one recipient, or not at all."""
    known = "officer@body.example"
    to = {"before": text + known, "after": known + text, "instead": text}[place]
    mail = Smtp("smtp://127.0.0.1:1")
    spoken: list[bytes] = []
    mail._server = Deaf(spoken)  # type: ignore[assignment]  # what is sent is all that counts here
    letter = written(LETTERS["nl receipt"])
    try:
        mail.send(letter, to)
    except RefusedForGood:
        assert spoken == []
        return
    lines = b"".join(spoken).split(b"\r\n")
    commands = [line for line in lines if line.upper().startswith((b"MAIL", b"RCPT", b"DATA"))]
    assert commands == [
        commands[0],
        f"RCPT TO:<{to}>".encode(),
        b"DATA",
    ]
    assert re.fullmatch(rb"[^\x00-\x20<>@]+@[^\x00-\x20<>@]+", to.encode())


class Deaf:
    """A server that agrees to everything and offers everything."""

    command_encoding = "ascii"

    def __init__(self, spoken: list[bytes]) -> None:
        self._spoken, self._answers = spoken, iter([(250, b"OK"), (250, b"OK"), (354, b"Go on"), (250, b"OK")])

    def ehlo_or_helo_if_needed(self) -> None:
        """It has been greeted."""

    def has_extn(self, name: str) -> bool:
        return name == "smtputf8"

    def send(self, said: str | bytes) -> None:
        self._spoken.append(said.encode(self.command_encoding) if isinstance(said, str) else said)

    def getreply(self) -> tuple[int, bytes]:
        return next(self._answers)


def test_on_the_wire_a_server_reads_one_message_for_one_recipient() -> None:
    mailbox = Mailbox()
    tricks = [polluted(LETTERS["nl ending"], text) for text in NASTY]
    with mail_server(mailbox) as port, Smtp(f"smtp://127.0.0.1:{port}") as mail:
        for letter in tricks:
            mail.send(written(letter), letter.to.email)
    assert [kept.recipients for kept in mailbox.kept] == [[letter.to.email] for letter in tricks]
    assert {kept.sender for kept in mailbox.kept} == {"slagboom@benelux.example"}
    for kept, letter in zip(mailbox.kept, tricks, strict=True):
        check(kept.content, letter)
