"""Procedures over HTTP: enough to build a form and to see who may do what."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import jsonschema_rs
import pytest

from tests.service.api.callers import Callers, refusal
from workflows import shelf


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


def test_the_procedures_are_listed_in_the_language_of_the_reader(callers: Callers) -> None:
    found = callers.get("nobody", "/procedures", language="nl").json()
    assert [one["id"] for one in found["items"]] == ["benelux-obstacle", "benelux-project", "benelux-proposal"]
    assert {key for one in found["items"] for key in one} == {"id", "version", "status", "label", "about"}
    english = callers.get("nobody", "/procedures", language="en").json()
    assert english["items"][0]["label"] == "Cross-border obstacle"
    assert english["items"][0]["label"] != found["items"][0]["label"]


def test_a_procedure_lists_its_versions(callers: Callers) -> None:
    found = callers.get("officer", "/procedures/benelux-obstacle").json()
    procedure = shelf.newest("benelux-obstacle")
    assert found["versions"][-1] == {
        "version": procedure.version,
        "status": procedure.status,
        "fingerprint": procedure.fingerprint,
    }


@pytest.mark.parametrize(
    "path", ["benelux-nothing", "benelux-obstacle/99", "benelux-obstacle/x", "benelux-obstacle/01"]
)
def test_what_there_is_not_is_not_found(callers: Callers, path: str) -> None:
    assert refusal(callers.get("officer", f"/procedures/{path}")) == (404, "not_found")


@pytest.mark.parametrize("name", shelf.names())
def test_every_schema_of_a_version_is_one(callers: Callers, name: str) -> None:
    found: dict[str, Any] = callers.get("officer", f"/procedures/{name}/1").json()
    steps = [*found["moves"].values(), *found["acts"].values()]
    for schema in [*found["forms"].values(), *(step["schema"] for step in steps)]:
        jsonschema_rs.Draft202012Validator(schema)
        assert schema["type"] == "object"
    procedure = shelf.newest(name)
    assert found["forms"]["filing"] == found["forms"][procedure.form]
    assert set(found["moves"]) == set(procedure.moves)
    assert [stage["stage"] for stage in found["stages"]] == list(procedure.all_stages)
    assert found["fingerprint"] == procedure.fingerprint


def test_a_version_says_who_may_do_what_and_on_what_basis(callers: Callers) -> None:
    found = callers.get("officer", "/procedures/benelux-obstacle/1", language="en").json()
    submit = found["moves"]["submit"]
    assert (submit["label"], submit["by"], submit["from"], submit["to"], submit["reason"]) == (
        "Submit", ["filer", "intake"], ["draft"], "submitted", "optional",
    )  # fmt: skip
    assert found["clocks"]["acknowledge"] == {
        "label": "acknowledgement of receipt",
        "kind": "duty",
        "of": "intake",
        "length": "5WD",
        "rule": "working-days",
        "calendar": "BE",
        "basis": "policy",
        "source": "a default of ours; no text prescribes it",
        "repeats": None,
    }
    assert found["checklists"]["admissibility"][0]["label"] == "Hindrance to a cross-border activity"
    assert found["forms"]["filing"]["properties"]["situation"]["title"] == "What is the situation?"
    assert found["consultations"]["delegations"]["voters"] == ["BE", "LU", "NL"]
    ending = next(stage for stage in found["stages"] if stage["stage"] == "inadmissible")
    assert (ending["ending"], ending["phase"], ending["waits_for"]) == (True, "ended", None)
    assert ending["remedy"]


def test_the_diagram_is_a_picture_in_the_language_that_is_asked_for(callers: Callers) -> None:
    path = "/procedures/benelux-obstacle/1/diagram.svg"
    words = {
        language: callers.get("officer", path, language="en", lang=language) for language in ("nl", "fr", "de", "en")
    }
    for language, answer in words.items():
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.headers["Content-Language"] == language
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        root = ET.fromstring(answer.content)  # noqa: S314 (what we have made ourselves)
        assert (root.get("role"), root.get("lang")) == ("img", language)
    assert callers.get("officer", path, language="fr").content == words["fr"].content
    assert len({answer.content for answer in words.values()}) == 4
    assert refusal(callers.get("officer", path, lang="es")) == (422, "data_invalid")


def test_who_has_the_diagram_is_not_sent_it_again(callers: Callers) -> None:
    path = "/api/v1/procedures/benelux-project/1/diagram.svg"
    headers = callers.headers("officer", language="nl")
    first = callers.client.get(path, headers=headers)
    assert first.headers["Cache-Control"] == "private, no-cache"  # a draft: it may change
    assert "Accept-Language" in first.headers["Vary"]
    tag = first.headers["ETag"]
    for given, status in ((tag, 304), (f'"x", W/{tag}', 304), ("*", 304), ('"x"', 200)):
        again = callers.client.get(path, headers={**headers, "If-None-Match": given})
        assert (again.status_code, again.headers["ETag"]) == (status, tag)
        assert again.content == (b"" if status == 304 else first.content)
    other = callers.client.get(path, headers={**callers.headers("officer", language="de"), "If-None-Match": tag})
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["benelux-nothing/1", "benelux-obstacle/99", "benelux-obstacle/01"])
def test_there_is_no_diagram_of_what_there_is_not(callers: Callers, path: str) -> None:
    assert refusal(callers.get("officer", f"/procedures/{path}/diagram.svg")) == (404, "not_found")


def test_the_diagram_stands_in_words_with_the_version(callers: Callers) -> None:
    found = callers.get("officer", "/procedures/benelux-obstacle/1", language="nl").json()["outline"]
    assert [passage["phase"] for passage in found] == [
        "indiening", "verkenning", "consultatie", "juridisch instrument", "opvolging", "beëindigd",
    ]  # fmt: skip
    line = "Comité van Ministers: Aanneming noteren (de secretaris-generaal). Leidt naar: nationale uitvoering."
    assert line in found[3]["steps"]
