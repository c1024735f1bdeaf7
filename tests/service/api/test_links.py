"""Links over HTTP."""

from __future__ import annotations

from tests.service.api.callers import Callers, faults, refusal


def test_a_link_is_made_once_and_seen_from_both_sides(callers: Callers) -> None:
    one, other = callers.house.bring("submitted"), callers.house.bring("submitted")
    path, reference = f"/cases/{one}/links", callers.house.case(other).reference
    made = callers.post("intake", path, {"kind": "parent", "to": reference})
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"/api/v1{path}"
    assert made.json() == {
        "id": f"{one}.parent.{other}",
        "kind": "parent",
        "to": {"id": other, "reference": reference, "title": "Schoolbus over de grens"},
        "direction": "out",
    }
    assert callers.post("intake", path, {"kind": "parent", "to": other}).json() == made.json()
    assert callers.get("intake", path).json() == {"items": [made.json()], "next": None}
    back = callers.get("officer", f"/cases/{other}/links").json()["items"]
    assert [(one_of["id"], one_of["direction"], one_of["to"]["id"]) for one_of in back] == [
        (made.json()["id"], "in", one)
    ]


def test_what_is_no_link_is_refused(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    path = f"/cases/{case}/links"
    assert faults(callers.post("intake", path, {"kind": "cousin", "to": case})) == [("/kind", "not_a_choice")]
    assert faults(callers.post("intake", path, {"kind": "related", "to": case})) == [("/to", "the_case_itself")]
    assert faults(callers.post("intake", path, {"kind": "related", "to": "OBS-1"})) == [("/to", "unknown_case")]
    assert refusal(callers.post("officer", path, {"kind": "related", "to": case})) == (403, "role_missing")
    assert refusal(callers.post("stranger", path, {})) == (404, "not_found")
