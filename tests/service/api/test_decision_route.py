"""From the analysis to the last measure over HTTP: every answer carries what the next request needs."""

from __future__ import annotations

from typing import Any

from tests.service.api.callers import Callers
from tests.service.seeds import MEASURES

TEXT: dict[str, Any] = {"title": "Schoolbus", "articles": [{"number": "1", "text": "…"}], "final": True}


def test_a_decision_is_reached_and_carried_out(callers: Callers) -> None:
    case = callers.house.bring("exploration")
    for country in ("BE", "LU", "NL"):
        found = callers.put("secretary", f"/cases/{case}/analysis/{country}", {"finding": f"Wet van {country}"})
        assert found.status_code == 201
    data = {"question": "Akkoord?", "closing_on": "2027-01-29", "invited": ["BE-WAL", "DE-NW"]}
    asked = callers.move("secretary", case, "open_consultation", data).json()["consultations"][0]["id"]
    positions = f"/consultations/{asked}/positions"
    reserved = {"position": "reservation", "reservation": "scrutiny", "text": "Wordt onderzocht."}
    for name, said in (
        ("delegate_be", {"position": "agree"}),
        ("delegate_lu", {"position": "agree"}),
        ("delegate_nl", reserved),
        ("adviser", {"position": "object", "text": "Neen."}),
        ("delegate_nl", {"position": "agree"}),
    ):
        assert callers.post(name, positions, said).status_code == 201
    closed = callers.move("secretary", case, "close_consultation").json()
    assert (closed["stage"], closed["consultations"][0]["outcome"]) == ("common_position", "adopted")
    chosen = callers.move("sg", case, "choose_instrument", {"kind": "decision"}).json()
    instrument = f"/instruments/{chosen['instruments'][0]['id']}"
    version = callers.get("secretary", instrument).headers["ETag"]
    for language in ("nl", "fr"):
        written = callers.put("secretary", f"{instrument}/expressions/{language}", TEXT, version)
        assert written.status_code == 201
        version = written.headers["ETag"]
    assert callers.move("secretary", case, "submit_to_council").status_code == 200
    tabled = callers.move("sg", case, "table", {"meeting_on": "2026-11-24"}).json()
    vote = next(one["id"] for one in tabled["consultations"] if one["open"])
    for name in ("office_be", "office_lu", "office_nl"):
        assert callers.post(name, f"/consultations/{vote}/positions", {"position": "agree"}).status_code == 201
    how = {"how": "day_after_publication"}
    data = {"adopted_on": "2026-11-24", "in_force": how, "evaluate_on": None, "measures": MEASURES}
    adopted = callers.move("sg", case, "adopt", data).json()
    assert adopted["instruments"][0]["number"] == "M(2026)1"
    for one in callers.get("nobody", f"{instrument}/measures").json()["items"]:
        done = {"state": "in_force", "on": "2026-11-24"}
        name = f"office_{one['country'].lower()}"
        assert callers.patch(name, f"/measures/{one['id']}", done, '"1"').status_code == 200
    assert callers.get("secretary", f"/cases/{case}").json()["waits_for"] == "secretary"
    act = {"act": "publish", "data": {"journal": "2026-9", "published_on": "2026-11-24"}}
    assert callers.post("sg", f"/cases/{case}/acts", act).status_code == 200
    ended = callers.move("secretary", case, "conclude", reason="De bus rijdt.").json()
    assert (ended["stage"], ended["ended"]) == ("resolved", True)
    assert callers.get("stranger", instrument).json()["in_force"] == {
        "how": "day_after_publication",
        "on": "2026-11-25",
    }
