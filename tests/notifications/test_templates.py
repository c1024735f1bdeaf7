"""The words of every notice: four languages, the same shape in each, and the mails exactly as they were read last.

After a wanted change of words: `SLAGBOOM_WRITE_GOLDENS=1 pytest tests/notifications/test_templates.py`, then read the
differences slowly, as their receivers would.
"""

import os
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications import typesetting
from notifications.digest import render_digest
from notifications.render import render
from tests.notifications.digests import digest
from tests.notifications.letters import MAIL_FROM, PUBLIC_URL, WRITTEN_AT, addressee, letters
from workflows.notices import ACCOUNT, DIGEST, NOTICES
from workflows.procedures import LANGUAGES

TEMPLATES = Path(typesetting.__file__).with_name("templates")
GOLDENS = Path(__file__).with_name("goldens")
EVERY = (*NOTICES, DIGEST, ACCOUNT)
SHARED = ("_frame", "_terms")
SALUTATION = {"{{ to.name }}"}  # French greets nobody by name
NAMES = (*letters("en"), DIGEST)


def mail(name: str, language: str) -> EmailMessage:
    if name != DIGEST:
        return render(letters(language)[name], public_url=PUBLIC_URL, mail_from=MAIL_FROM)
    to = addressee(language, "minister_office", organisation="BE", organisation_name="België")
    return render_digest(
        digest(language),
        to,
        message_id="<digest-2026-W48.person-minister_office@slagboom.benelux.example>",
        created_at=WRITTEN_AT,
        public_url=PUBLIC_URL,
        mail_from=MAIL_FROM,
    )


def as_read(message: EmailMessage) -> str:
    """The mail as a file: its headers in words, then both parts. The boundary is left out, as it is made by chance."""
    headers = "".join(f"{name}: {value}\n" for name, value in message.items() if name.lower() != "content-type")
    parts = [f"--- {part.get_content_type()}\n\n{part.get_content()}" for part in message.iter_parts()]
    return "\n".join([headers, *parts])


@pytest.mark.parametrize("notice", [*EVERY, *SHARED])
def test_every_notice_has_four_languages(notice: str) -> None:
    assert {path.name for path in (TEMPLATES / notice).iterdir()} == {f"{language}.md" for language in LANGUAGES}


def test_there_are_no_words_for_anything_else() -> None:
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == {*EVERY, *SHARED}


def asked_for(notice: str, language: str) -> set[str]:
    """What a template says and asks, without its words."""
    source = (TEMPLATES / notice / f"{language}.md").read_text(encoding="utf-8")
    found = re.findall(r"\{\{.*?\}\}|\{%.*?%\}", source, re.DOTALL)
    return {re.sub(r'(?<= or )"[^"]*"|(?<=": )"[^"]*"', '""', tag) for tag in found} - SALUTATION


@pytest.mark.parametrize("notice", [*EVERY, *SHARED])
@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "nl"])
def test_all_languages_say_the_same(notice: str, language: str) -> None:
    assert asked_for(notice, language) == asked_for(notice, "nl")


def test_every_notice_has_a_letter_that_is_read() -> None:
    assert {letter.notice for letter in letters("en").values()} == {*NOTICES, ACCOUNT}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_reads_as_it_was_read_last(name: str, language: str) -> None:
    golden = GOLDENS / language / f"{name}.txt"
    said = as_read(mail(name, language))
    if os.environ.get("SLAGBOOM_WRITE_GOLDENS"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_no_mail_is_kept_that_nobody_writes_any_more() -> None:
    kept = {(path.parent.name, path.stem) for path in GOLDENS.glob("*/*.txt")}
    assert kept == {(language, name) for language in LANGUAGES for name in NAMES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_no_mail_shows_its_machinery(name: str, language: str) -> None:
    """No code, no empty value, no doubled sign where a sentence was left out."""
    said = as_read(mail(name, language))
    body = said.split("--- text/plain", 1)[1].split("--- text/html", 1)[0]
    for sign in ("None", "{{", "{%", "()", " ,", " .", "..", "“”", "„“", "«\u00a0\u00a0»", "****", "minister_office"):
        assert sign not in body.replace("2.0", ""), sign
    assert "  " not in re.sub(r"(?m)^  - ", "- ", body)
