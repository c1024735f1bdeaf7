"""Headers: each of a kind that no text can break out of, and that costs little to write.

The library's own kinds read a text before they write it: what looks like an encoded word (RFC 2047) is taken for what
it encodes, which may be the end of a line and one more header. These write what they were given, and nothing else.
"""

from __future__ import annotations

import re
import string
from email.header import Header
from email.headerregistry import HeaderRegistry
from email.policy import SMTP, EmailPolicy, Policy
from typing import Any, Final

TOKEN: Final = re.compile(r"[\x21-\x7e]{1,200}")
PLAIN: Final = re.compile(r"[\x20-\x7e]{1,900}")
ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # RFC 5322, 3.2.3
BROKEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
QUOTED: Final = re.compile(r'(["\\])')
LONGEST_NAME: Final = 200  # characters
LINE: Final = 78  # characters, where it can be helped
ENCODED: Final = LINE - len(" =?utf-8?q??=")  # characters of one encoded word
SIGNS: Final = {sign: sign for sign in string.ascii_letters + string.digits + "!*+-/"} | {" ": "_"}
"""What stands for itself in an encoded word, wherever it is (RFC 2047, section 5)."""


def is_token(text: str) -> bool:
    """Can it stand in a header as it is, on one line, without being read as something else?"""
    return TOKEN.fullmatch(text) is not None and "=?" not in text


class Plain(str):
    """A header that stands on one line as it is, however long: an id, a hash, a word of ours.

    The library would fold a hash of 64 digits to the next line, and encode an id of more than 66 signs.
    """

    __slots__ = ("name",)

    name: str

    def __new__(cls, name: str, text: str) -> Plain:
        """Raises ValueError for what is no such text."""
        if not PLAIN.fullmatch(text) or "=?" in text:
            raise ValueError(f"{text[:80]!r} cannot stand in a header as it is")
        made = super().__new__(cls, text)
        made.name = name
        return made

    def fold(self, *, policy: Policy[Any]) -> str:
        """As it goes out."""
        return f"{self.name}: {self}{policy.linesep}"


class Subject(str):
    """A subject of which every space arrives.

    The library encodes single words where it folds, and between two encoded words a space counts for nothing
    (RFC 2047, section 6.2): "arrêtés à la frontière" would be read as "arrêtésà la frontière".
    """

    __slots__ = ()

    name: Final = "Subject"

    def __new__(cls, text: str) -> Subject:
        """Raises ValueError for more than one line."""
        if BROKEN.search(text):
            raise ValueError("a subject is one line")
        return super().__new__(cls, text.replace("=?", "= ?"))

    def fold(self, *, policy: Policy[Any]) -> str:
        """As it goes out."""
        if self.isascii() and max(map(len, self.split(" "))) < LINE - len("Subject: "):
            written = Header(str(self), "us-ascii", header_name=self.name).encode(linesep=policy.linesep)
        else:
            written = _encoded(str(self), policy)
        return f"{self.name}: {written}{policy.linesep}"


class To(str):
    """A name with its address, of which the name can never be read as an address.

    Where the library folds a long name it takes the quotes away, so that what stood in them counts: `"Ann
    <thief@evil.example>" <ann@good.example>` would go out as two addresses.
    """

    __slots__ = ("address", "person")

    name: Final = "To"
    person: str
    address: str

    def __new__(cls, person: str, address: str) -> To:
        """Raises ValueError for more than one line, and for an address that could end before it ends."""
        if BROKEN.search(person) or not re.fullmatch(r'[^\s<>"(),:;\\@]+@[^\s<>"(),:;\\@]+', address):
            raise ValueError("a mail is for one person at one address")
        made = super().__new__(cls, f"{person} <{address}>" if person else address)
        # What looks like an encoded word would be read as what it encodes.
        made.person, made.address = person.replace("=?", "= ?")[:LONGEST_NAME].strip(), address
        return made

    def fold(self, *, policy: Policy[Any]) -> str:
        """As it goes out: with the name in quotes, or encoded, unless it is plain."""
        utf8 = bool(getattr(policy, "utf8", False))
        address = self.address if utf8 or self.address.isascii() else _encoded(self.address, policy)
        if not self.person:
            return f"{self.name}: {address}{policy.linesep}"
        if ATOMS.fullmatch(self.person):
            phrase = self.person
        elif utf8 or self.person.isascii():
            phrase = '"' + QUOTED.sub(r"\\\1", self.person) + '"'
        else:
            phrase = _encoded(self.person, policy)
        long = len(f"{self.name}: {phrase} <{address}>".rpartition(policy.linesep)[2]) > LINE
        return f"{self.name}: {phrase}{policy.linesep if long else ''} <{address}>{policy.linesep}"


def _encoded(text: str, policy: Policy[Any]) -> str:
    """The text as encoded words, one a line (RFC 2047, section 4.2). A sign is never cut in two.

    The library does the same, at fifty times the cost: it measures the whole of a word anew at each sign.
    """
    words, room = [""], ENCODED - len("Subject: ")
    for sign in text:
        written = SIGNS.get(sign) or "".join(f"={byte:02X}" for byte in sign.encode("utf-8", "replace"))
        if len(words[-1]) + len(written) > room:
            words.append("")
            room = ENCODED
        words[-1] += written
    return f"{policy.linesep} ".join(f"=?utf-8?q?{word}?=" for word in words)


class _Kinds(HeaderRegistry):
    """The library's kinds of headers, each put together once instead of at every use."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        known = self._made.get(name)
        if known is None:
            known = self._made[name] = super().__getitem__(name)
        return known


POLICY: Final[EmailPolicy[Any]] = SMTP.clone(header_factory=_Kinds())
