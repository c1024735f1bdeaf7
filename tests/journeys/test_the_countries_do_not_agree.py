"""One delegation objects: no instrument can be chosen, and the case ends as not resolved, with the reason."""

from service.demo.journey import Journey
from service.demo.journey.obstacle import admit, explore, file_obstacle, open_consultation
from tests.journeys.running import Running


def test_an_objection_leads_to_not_resolved(service: Running, journey: Journey) -> None:
    cast = journey.cast
    dossier = file_obstacle(cast)
    admit(cast, dossier)
    explore(cast, dossier)
    consultation = open_consultation(dossier, "transport")
    positions = f"/consultations/{consultation}/positions"
    cast.person("delegate-be").post(positions, {"position": "agree"})
    cast.person("delegate-nl").post(positions, {"position": "object", "text": "De fietspaden zijn te smal."})
    cast.person("delegate-lu").post(positions, {"position": "abstain"})
    dossier.move("transport", "close_consultation", "closes")
    closed = cast.person("valmosan").get(f"/consultations/{consultation}").body
    assert (closed["outcome"], closed["blocked_by"]) == ("not_adopted", ["NL"])
    assert closed["positions"] == [], "the filer reads the outcome, not who said what"
    assert closed["reasoning"]

    dossier.refused("sg", "choose_instrument", "tries to go on", {"kind": "decision"})
    reason = "Nederland kan niet instemmen; een nieuwe ronde heeft geen zin."
    dossier.move("sg", "conclude_without_agreement", "concludes", reason=reason)
    case = dossier.read("valmosan")
    assert (case["stage"], case["ending"]["reason"], case["instruments"]) == ("not_resolved", reason, [])
    assert dossier.reference is not None
    for part, language in (("valmosan", "fr"), ("delegate-nl", "nl"), ("delegate-lu", "de")):
        assert service.mail(part, "ending", dossier.reference).language == language
