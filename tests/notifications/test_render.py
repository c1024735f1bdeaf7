"""A letter as a mail: its headers, its two parts, and users' words that stay words."""

import dataclasses
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.channels import Written
from notifications.render import render
from notifications.typesetting import in_words, one_line
from tests.notifications.letters import MAIL_FROM, PUBLIC_URL, addressee, case, letter, letters, moved
from tests.notifications.written import REASONS
from workflows.notices import Letter

LANGUAGES = ("nl", "fr", "de", "en")
MARKUP = (
    "<script>alert(1)</script>",
    "[here](https://evil.example)",
    "![](https://evil.example/pixel.png)",
    "<https://evil.example>",
    "**bold** _and_ `code`",
    "# Heading",
    "1. one",
    "    indented",
    "&lt;b&gt;",
    "a\n---\nb",
    "```\nfence",
    "\\*",
)


def mail(written: Letter) -> EmailMessage:
    return render(written, public_url=PUBLIC_URL, mail_from=MAIL_FROM)


def as_received(written: Letter) -> EmailMessage:
    received = message_from_bytes(mail(written).as_bytes(), policy=policy.default)
    assert isinstance(received, EmailMessage)
    return received


def text(written: Letter) -> str:
    return part(written, "plain")


def html(written: Letter) -> str:
    return part(written, "html")


def part(written: Letter, kind: str) -> str:
    body = as_received(written).get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def told(title: str = "A title", reason: str | None = None, language: str = "en", **more: object) -> Letter:
    now = case(language, "inadmissible", title=title)
    to = addressee(language, "filer")
    written = letter("ending", to, case=now, happening=moved("declare_inadmissible", {}, reason))
    return dataclasses.replace(written, **more)


class Page(HTMLParser):
    """What a reader of HTML gets: the tags, the addresses that something leads to, and the words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action", "background"}]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_headers_say_what_the_contract_promises() -> None:
    written = letters("nl")["invitation"]
    message = as_received(written)
    assert message["From"] == MAIL_FROM
    assert message["To"] == "Anna Peeters <delegate@body.example>"
    assert message["Date"].datetime == written.created_at
    assert message["Message-ID"] == written.message_id
    assert message["References"] == message["In-Reply-To"] == written.thread
    assert message["X-Slagboom-Case"] == "OBS-2026-0001"
    assert message["X-Slagboom-Event"] == written.event_hash
    assert message["X-Slagboom-Notice"] == "invitation"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nl"


def test_the_text_comes_first_and_says_the_same_as_the_html() -> None:
    message = mail(letters("fr")["question"])
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    for said in ("Bram de Wit", "18 décembre 2026", "Combien d'élèves franchissent la frontière"):
        assert all(said in str(part.get_content()) for part in message.iter_parts())


def test_a_hash_and_a_long_id_travel_as_they_are() -> None:
    long = f"<case-{'0' * 90}@slagboom.benelux.example>"
    raw = mail(told(message_id=long, thread=long)).as_bytes().decode()
    assert f"\r\nX-Slagboom-Event: {'5f' * 32}\r\n" in raw
    assert f"\r\nReferences: {long}\r\n" in raw
    assert f"\r\nMessage-ID: {long}\r\n" in raw


def test_a_letter_without_a_case_has_no_headers_of_a_case() -> None:
    message = mail(letters("en")["account"])
    assert message["X-Slagboom-Case"] is message["X-Slagboom-Event"] is message["References"] is None


def test_a_case_that_has_no_number_yet_goes_by_its_id() -> None:
    written = told()
    assert written.case is not None
    unnumbered = dataclasses.replace(written, case=dataclasses.replace(written.case, reference=None))
    assert mail(unnumbered)["X-Slagboom-Case"] == written.case.id
    assert f"{PUBLIC_URL}/cases/{written.case.id}" in text(unnumbered)


@pytest.mark.parametrize("breaking", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"])
def test_a_title_cannot_add_a_header(breaking: str) -> None:
    message = as_received(told(title=f"Harmless{breaking}Bcc: everybody@evil.example"))
    assert message["Bcc"] is None
    assert message["Subject"].count("Bcc: everybody@evil.example") == 1
    assert len(str(message["Subject"]).splitlines()) == 1


@pytest.mark.parametrize("length", range(20, 140))
def test_a_subject_arrives_as_it_was_written(length: int) -> None:
    title = ("Triporteurs de livraison arrêtés à la frontière, où l'été dernier déjà Jörg Müller fut arrêté " * 2)[
        :length
    ]
    subject = str(as_received(told(title=title.strip()))["Subject"])
    assert title.strip() in subject, "no space is lost where the line is folded"


def test_no_line_of_a_subject_is_too_long() -> None:
    raw = mail(told(title="Entraves à la circulation des véhicules légers " * 4)).as_bytes()
    assert max(map(len, raw.partition(b"Subject: ")[2].partition(b"\r\nMIME")[0].split(b"\r\n"))) <= 78
    assert raw.isascii()


def test_a_title_is_read_as_it_was_written_also_where_it_looks_encoded() -> None:
    hidden = "=?utf-8?B?4oCuZXhlLmdwaiDigKw=?="  # a mark that turns the direction of what follows
    subject = str(as_received(told(title=f"Bus {hidden}"))["Subject"])
    assert "= ?utf-8?B?" in subject
    assert "\u202e" not in subject


def test_nor_can_the_name_of_the_addressee() -> None:
    to = addressee("en", "filer", name='Eve" <eve@evil.example>,\r\nBcc: all@evil.example')
    message = as_received(told(to=to))
    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["filer@body.example"]


@pytest.mark.parametrize("email", ["filer@body.example\r\nBcc: all@evil.example", "a@b.example, c@d.example\n"])
def test_an_address_that_would_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match=r"one address"):
        mail(told(to=addressee("en", "filer", email=email)))


@pytest.mark.parametrize("header", ["message_id", "thread", "event_hash"])
def test_an_id_that_would_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match=r"cannot stand in a header"):
        mail(told(**{header: "<a@b.example>\r\nBcc: all@evil.example"}))


def test_an_address_may_have_other_letters_than_a_to_z() -> None:
    message = mail(told(to=addressee("de", "filer", email="jörg@köln.example")))
    assert "jörg@köln.example" in str(message["To"])
    assert "<jörg@köln.example>\r\n".encode() in Written(message).in_bytes(utf8=True)
    assert Written(message).content.isascii()


@pytest.mark.parametrize("words", MARKUP)
def test_the_words_of_a_user_are_words_in_the_html(words: str) -> None:
    plain = Page(html(told(title="Plain words", reason="Plain words")))
    page = Page(html(told(title=words, reason=words)))
    assert set(page.tags) - {"br"} == set(plain.tags)
    assert page.addresses == plain.addresses
    for line in words.split("\n"):
        assert page.words.count(one_line(line)) >= 3  # subject, sentence and reason


@pytest.mark.parametrize("words", MARKUP)
def test_and_stand_unchanged_in_the_text(words: str) -> None:
    said = text(told(title=words, reason=words))
    assert f"**{one_line(words)}**" in said
    assert "\n".join(f"> {line.strip()}" for line in words.strip().split("\n")) in said


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1).filter(lambda words: one_line(words) != ""))
def test_whatever_they_are(words: str) -> None:
    plain = Page(html(told(title="Plain words", reason="Plain words")))
    page = Page(html(told(title=words, reason=words)))
    assert set(page.tags) - {"br"} == set(plain.tags)
    assert page.addresses == plain.addresses


def test_marks_that_turn_the_direction_of_a_line_are_left_out() -> None:
    said = text(told(title="\u202egnirts a\u2066", reason="\u200fa"))
    assert not set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(said)
    assert "gnirts a" in said


def test_a_half_of_a_sign_does_not_stop_a_letter() -> None:
    assert "a\ufffdb" in text(told(title="a\ud800b"))


def test_a_reason_keeps_its_lines_in_both_parts() -> None:
    written = told(reason="First.\nSecond.\n\nThird.")
    assert "> First.\n> Second.\n>\n> Third.\n" in text(written)
    assert "First.<br />\nSecond.</p>\n<p>Third." in html(written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_can_be_read_without_the_network(language: str) -> None:
    for written in letters(language).values():
        page = html(written)
        assert f'<html lang="{language}"' in page
        assert not {"img", "link", "script", "iframe", "form"} & set(Page(page).tags)
        assert all(address.startswith(PUBLIC_URL) for address in Page(page).addresses)
        assert "url(" not in page
        assert "@import" not in page


def test_a_link_leads_to_the_case() -> None:
    assert f"{PUBLIC_URL}/cases/OBS-2026-0001" in Page(html(letters("en")["waiting"])).addresses


def test_the_sentence_of_a_step_comes_from_the_words_of_its_procedure() -> None:
    assert "Your report has been registered" in text(
        letter("progress", addressee("en", "filer"), case=case("en", "admissibility"), happening=moved("register"))
    )


@pytest.mark.parametrize(("stage", "said"), [("consultation", "All delegations have replied"), ("adoption", "voted")])
def test_when_everything_is_in_the_sentence_depends_on_the_stage(stage: str, said: str) -> None:
    happening = moved(None, kind="PositionGiven", act="give_position")
    assert said in text(letter("waiting", addressee("en", "secretary"), case=case("en", stage), happening=happening))


def test_a_case_that_moved_on_since_is_still_told_of() -> None:
    happening = moved(None, kind="PositionGiven", act="give_position")
    written = letter("waiting", addressee("en", "secretary"), case=case("en", "council"), happening=happening)
    assert "All delegations have replied" in text(written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_stands_in_for_a_role_that_nobody_holds_reads_why(language: str) -> None:
    said = text(letters(language)["progress-instead"])
    filer = {"nl": "de overheid die", "fr": "l’autorité qui", "de": "die Behörde, die", "en": "the authority that"}
    assert filer[language] in said.split("\n\n")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_that_has_passed_is_not_promised(language: str) -> None:
    now = case(language, "exploration", due_on=date(2026, 11, 1))
    said = text(letter("progress", addressee(language, "filer"), case=now, happening=moved("declare_admissible")))
    body, facts = said.split("\n---\n")
    assert in_words(date(2026, 11, 1), language) not in body
    assert in_words(date(2026, 11, 1), language) in facts


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "1 juli 2027"), ("fr", "1er juillet 2027"), ("de", "1. Juli 2027"), ("en", "1 July 2027")],
)
def test_dates_are_written_out(language: str, said: str) -> None:
    assert in_words("2027-07-01", language) == in_words(date(2027, 7, 1), language) == said
    assert said in text(letters(language)["adopted"])


def test_a_filer_whose_case_ended_reads_why_and_what_can_be_done() -> None:
    said = text(letters("en")["ending"])
    for sentence in (
        REASONS["en"].split("\n")[0],
        "No court case pending",
        "What this means",
        "ask for a review",
        "Ask for a review",
    ):
        assert sentence in said


def test_what_cannot_be_done_is_not_offered() -> None:
    written = told()
    assert written.case is not None
    final = dataclasses.replace(written, case=dataclasses.replace(written.case, reviewable=False))
    assert "What you can do" not in text(final)


def test_an_adviser_reads_that_advice_is_no_vote() -> None:
    assert "does not count as a vote" in text(letters("en")["invitation-adviser"])
    assert "does not count as a vote" not in text(letters("en")["invitation"])


def test_a_letter_that_lacks_what_its_template_says_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        mail(dataclasses.replace(letters("en")["adopted"], instrument=None))


def test_a_notice_without_words_is_an_error() -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        mail(told(notice="gossip"))
