"""A recommendation binds nobody: it is adopted without measures, published, and the case is resolved."""

from service.demo.journey import Journey
from service.demo.journey.obstacle import COUNTRIES, admit, consult, explore, file_obstacle, open_consultation
from service.demo.journey.papers import DECISION
from tests.journeys.running import Running


def test_a_recommendation_without_measures_resolves_an_obstacle(service: Running, journey: Journey) -> None:
    cast, today = journey.cast, service.today.isoformat()
    dossier = file_obstacle(cast)
    admit(cast, dossier)
    explore(cast, dossier)
    consult(cast, dossier)
    dossier.move("sg", "choose_instrument", "chooses a recommendation", {"kind": "recommendation"})
    instrument = dossier.read("transport")["instruments"][0]["id"]
    secretary = cast.person("transport")
    etag = secretary.get(f"/instruments/{instrument}").etag
    for language, text in DECISION.items():
        etag = secretary.put(f"/instruments/{instrument}/expressions/{language}", text, etag).etag
    dossier.move("transport", "submit_to_council", "submits the texts")
    dossier.move("sg", "table", "puts it on the agenda", {"meeting_on": today})
    consultation = open_consultation(dossier, "sg")
    for country in COUNTRIES:
        office = cast.person(f"minister-{country.lower()}")
        office.post(f"/consultations/{consultation}/positions", {"position": "agree"})
    adopted = {"adopted_on": today, "in_force": {"how": "none"}, "evaluate_on": None, "measures": []}
    dossier.move("sg", "adopt", "records the adoption", adopted)
    assert dossier.stage == "implementation"

    dossier.refused("transport", "conclude", "concludes too early", reason="De aanbeveling is gedaan.")
    dossier.act("sg", "publish", "publishes", {"journal": "2026-7", "published_on": today})
    dossier.move("transport", "conclude", "concludes", reason="De aanbeveling is gedaan.")
    found = dossier.read("valmosan")
    assert found["stage"] == "resolved"
    assert found["instruments"][0]["kind"] == "recommendation"
    assert found["instruments"][0]["number"].startswith(f"M({service.today.year})")
    measures = cast.person("valmosan").get(f"/instruments/{instrument}/measures").body["items"]
    assert measures == []
