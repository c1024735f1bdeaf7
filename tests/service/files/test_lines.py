from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import docx
import pytest
from docx.oxml import OxmlElement

from service.files.errors import FileRefused
from service.files.lines import lines_of
from tests.service.files.papers import BAD, office, zipped


def word(lines: Iterable[str], *, changed: str = "") -> bytes:
    """A file as a word processor writes it; `changed`: the element of a change that nobody decided on."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if changed:
        document.paragraphs[0]._p.append(OxmlElement(changed))
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_every_paragraph_and_every_row_of_a_table_is_a_line() -> None:
    document = docx.Document()
    document.add_paragraph("Beschikking")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "België", "7"
    document.add_paragraph("Artikel 1\nWat er staat.")
    kept = io.BytesIO()
    document.save(kept)
    assert lines_of("Tekst.DOCX", kept) == ("Beschikking", "België | 7", "Artikel 1", "Wat er staat.")


@pytest.mark.parametrize("changed", ["w:ins", "w:del", "w:moveFrom"])
def test_a_text_on_which_nobody_decided_is_not_read(changed: str) -> None:
    with pytest.raises(FileRefused) as refused:
        lines_of("tekst.docx", io.BytesIO(word(["Titel"], changed=changed)))
    assert refused.value.code == "file_changes"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        *((name, content, code) for name, content, code in BAD.values() if name.endswith(".docx")),
        ("brief.pdf", b"%PDF-1.7\n", "file_kind"),
        ("brief.odt", b"x", "file_kind"),
        ("brief.docx", b"", "file_empty"),
        ("brief.docx", office("docx"), "file_disguised"),  # the list of parts, and nothing of what it names
        ("brief.docx", zipped({"[Content_Types].xml": "<Types>"}), "file_disguised"),
        ("brief.docx", word(["Titel"])[:-200], "file_disguised"),
        ("brief.docx", office("docx", **{"word/document.xml": " " * 21 * 1024 * 1024}), "file_bomb"),
    ],
)
def test_what_is_no_text_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        lines_of(name, io.BytesIO(content))
    assert refused.value.code == code


def test_entities_are_not_made_larger() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boem">{levels}]>'
    whole = word(["Titel"])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = parts["word/document.xml"].decode().partition("?>")[2].replace("Titel", "&e9;")
    parts["word/document.xml"] = (bomb + body).encode()
    with pytest.raises(FileRefused) as refused:
        lines_of("brief.docx", io.BytesIO(zipped(parts)))
    assert refused.value.code == "file_disguised"
