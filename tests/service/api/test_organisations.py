"""Organisations and working groups over HTTP."""

from __future__ import annotations

from tests.service.api.callers import Callers, faults, next_of, refusal

NEW = {"code": "NL-GM0935", "name": "Gemeente Maastricht", "kind": "municipality", "country": "NL"}


def test_an_administrator_adds_an_organisation_and_everybody_reads_it(callers: Callers) -> None:
    made = callers.post("admin", "/organisations", NEW)
    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (
        201, "/api/v1/organisations/NL-GM0935", '"1"',
    )  # fmt: skip
    assert made.json() == {**NEW, "answers_for": None}
    assert callers.get("nobody", "/organisations/NL-GM0935").json() == made.json()
    assert refusal(callers.get("nobody", "/organisations/XX")) == (404, "not_found")
    assert faults(callers.post("admin", "/organisations", NEW)) == [("/code", "known_already")]
    assert refusal(callers.post("sg", "/organisations", NEW)) == (403, "role_missing")


def test_the_organisations_are_listed_and_filtered(callers: Callers) -> None:
    found = callers.get("officer", "/organisations?kind=delegation&kind=municipality&country=BE&count=true").json()
    assert ([one["code"] for one in found["items"]], found["count"]) == (["BE", "BE-24107"], 2)
    assert [one["code"] for one in callers.get("officer", "/organisations?q=vise").json()["items"]] == ["BE-24107"]
    first = callers.get("officer", "/organisations?limit=3")
    assert callers.get("officer", next_of(first)).json()["items"][0]["code"] > first.json()["items"][-1]["code"]
    assert refusal(callers.get("officer", "/organisations?kind=club")) == (422, "data_invalid")


def test_an_organisation_is_changed_on_the_version_that_was_read(callers: Callers) -> None:
    path = "/organisations/NL-GM0980"
    etag = callers.get("admin", path).headers["ETag"]
    changed = callers.patch("admin", path, {"name": "Cranendonck"}, etag)
    assert (changed.status_code, changed.headers["ETag"], changed.json()["name"]) == (200, '"2"', "Cranendonck")
    assert changed.json()["country"] == "NL"
    assert callers.patch("admin", path, {"country": None}, '"2"').json()["country"] is None
    stale = callers.patch("admin", path, {"name": "x"}, etag)
    assert (refusal(stale), stale.headers["ETag"]) == ((412, "stale"), '"3"')
    assert refusal(callers.patch("admin", path, {"name": "x"})) == (428, "version_missing")
    assert refusal(callers.patch("officer", path, {"name": "x"}, '"3"')) == (403, "role_missing")
    assert faults(callers.patch("admin", "/organisations/NL", {"kind": "partner"}, '"1"')) == [("/kind", "kind_fixed")]


def test_a_working_group_is_added_listed_and_renamed(callers: Callers) -> None:
    made = callers.post("admin", "/working-groups", {"code": "water", "name": "Water"}, key="k")
    assert (made.status_code, made.json()) == (201, {"code": "water", "name": "Water", "origin": None})
    assert callers.post("admin", "/working-groups", {"code": "water", "name": "Water"}, key="k").json() == made.json()
    renamed = callers.patch("admin", "/working-groups/water", {"name": "Werkgroep Water"}, made.headers["ETag"])
    assert renamed.json()["name"] == "Werkgroep Water"
    listed = callers.get("officer", "/working-groups").json()["items"]
    assert [one["code"] for one in listed] == ["energy", "transport", "water"]
    assert callers.get("officer", "/working-groups/water").headers["ETag"] == '"2"'
    assert faults(callers.post("admin", "/working-groups", {"code": "A b", "name": "x"})) == [("/code", "code_unfit")]
