"""Not admissible, and not the last word: the authority asks for a review, and the case is opened again."""

from service.demo.journey import Journey
from service.demo.journey.obstacle import file_obstacle
from tests.journeys.running import Running

GROUP = {"working_group": "transport", "theme": "mobility_transport"}


def test_an_inadmissible_obstacle_is_reviewed_and_opened_again(service: Running, journey: Journey) -> None:
    dossier = file_obstacle(journey.cast)
    dossier.move("intake", "register", "registers", GROUP)
    failing = {"failing": ["caused_by_rule_or_practice"]}
    dossier.move("transport", "declare_inadmissible", "closes", failing, "Aucune règle n'en est la cause.")
    assert dossier.stage == "inadmissible"
    case = dossier.read("valmosan")
    assert (case["ended"], case["phase"], case["waits_for"]) == (True, "ended", None)
    assert case["ending"]["reason"] == "Aucune règle n'en est la cause."
    assert dossier.reference is not None
    ending = service.mail("valmosan", "ending", dossier.reference)
    assert ending.language == "fr"
    assert "Aucune règle n'en est la cause." in ending.text

    dossier.move("valmosan", "ask_review", "asks for a review", reason="La règle est citée dans le dossier.")
    assert dossier.read("valmosan")["waits_for"] == "secretary_general"
    dossier.refused("valmosan", "ask_review", "asks twice", reason="Encore une fois.")
    service.mail("sg", "review", dossier.reference)

    dossier.move("sg", "reopen", "opens it again", reason="La règle citée existe.")
    case = dossier.read("valmosan")
    assert (case["stage"], case["ended"], case["ending"]) == ("admissibility", False, None)
    assert service.mail("valmosan", "reopened", dossier.reference).language == "fr"
    clocks = journey.cast.person("transport").get(f"{dossier.path}/clocks").body["items"]
    assert [clock["clock"] for clock in clocks if clock["state"] == "running"] == ["quiet"]


def test_a_review_may_confirm_the_ending(service: Running, journey: Journey) -> None:
    dossier = file_obstacle(journey.cast)
    dossier.move("valmosan", "withdraw", "withdraws", reason="L'obstacle n'existe plus.")
    dossier.move("valmosan", "ask_review", "asks for a review", reason="Il existe encore.")
    dossier.move("sg", "uphold", "confirms", reason="Le retrait venait de la province elle-même.")
    case = dossier.read("valmosan")
    assert (case["stage"], case["ended"], case["waits_for"]) == ("withdrawn", True, None)
