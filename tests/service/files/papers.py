"""Papers: small files of every kind that may come in, and of some that may not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN_PARTS = {
    "docx": f"{OFFICE}.wordprocessingml.document.main+xml",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet.main+xml",
    "pptx": f"{OFFICE}.presentationml.presentation.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
}
OPEN_TYPES = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


def office(kind: str, **more: str) -> bytes:
    listed = f'<Types><Override PartName="/main.xml" ContentType="{MAIN_PARTS[kind]}"/></Types>'
    return zipped({"[Content_Types].xml": listed, "main.xml": "<body/>", **more})


def open_document(kind: str, **more: str) -> bytes:
    return zipped({"mimetype": OPEN_TYPES[kind], "content.xml": "<body/>", **more})


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
MAIL = b"From: Anne <anne@hamont.example>\r\nSubject: Schoolbus\r\n\r\nGoedemorgen,\r\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(64)

GOOD: Mapping[str, bytes] = {
    "nota.pdf": PDF,
    "Nota.PDF": PDF,
    "brief.docx": office("docx"),
    "tabel.xlsx": office("xlsx"),
    "voorstelling.pptx": office("pptx"),
    "brief.odt": open_document("odt"),
    "tabel.ods": open_document("ods"),
    "voorstelling.odp": open_document("odp"),
    "kaart.png": PNG,
    "foto.jpg": JPEG,
    "foto.jpeg": JPEG,
    "nota.txt": "Één schoolbus.\n".encode(),
    "bom.txt": b"\xef\xbb\xbfEen schoolbus.\n",
    "latin.txt": "Één schoolbus.\n".encode("latin-1"),
    "tabel.csv": b"ID;naam\n1;Hamont\n",
    "merk.csv": b"BMW;1\n",
    "brief.eml": MAIL,
}
BAD: Mapping[str, tuple[str, bytes, str]] = {
    "a program": ("setup.exe", PROGRAM, "file_kind"),
    "a program called a document": ("nota.pdf", PROGRAM, "file_disguised"),
    "a program called a picture": ("foto.png", PROGRAM, "file_disguised"),
    "a program called a text": ("nota.txt", PROGRAM, "file_disguised"),
    "a program before an archive": ("brief.docx", PROGRAM + office("docx"), "file_disguised"),
    "a page": ("nota.html", b"<html></html>", "file_kind"),
    "a page called a text": ("nota.txt", b"  <!DOCTYPE html><html><script>1</script></html>", "file_disguised"),
    "a drawing that runs": ("kaart.svg", b"<svg xmlns='x'></svg>", "file_kind"),
    "a drawing called a table": ("kaart.csv", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "file_disguised"),
    "a script called a text": ("nota.txt", b"#!/bin/sh\nrm -r /\n", "file_disguised"),
    "a text called a mail": ("brief.eml", b"Goedemorgen, hier is de brief\n", "file_disguised"),
    "a text without an extension": ("nota", b"Goedemorgen", "file_kind"),
    "an archive": ("alles.zip", zipped({"a": "b"}), "file_kind"),
    "an archive called a document": ("brief.docx", zipped({"a": "b"}), "file_disguised"),
    "a sheet called a document": ("brief.docx", office("xlsx"), "file_disguised"),
    "a sheet called an open text": ("brief.odt", open_document("ods"), "file_disguised"),
    "half an archive": ("brief.docx", office("docx")[:80], "file_disguised"),
    "macros": ("brief.docm", office("docm"), "file_kind"),
    "macros called a document": ("brief.docx", office("docm"), "file_macros"),
    "macros inside": ("tabel.xlsx", office("xlsx", **{"xl/vbaProject.bin": "x"}), "file_macros"),
    "macros in an open text": ("brief.odt", open_document("odt", **{"Basic/Standard/Module1.xml": "x"}), "file_macros"),
    "a bomb": ("brief.docx", office("docx", **{f"{n}.xml": "" for n in range(5_001)}), "file_bomb"),
    "nothing": ("nota.pdf", b"", "file_empty"),
}
