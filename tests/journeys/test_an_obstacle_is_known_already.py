"""The same obstacle twice: the second is closed, and whoever filed it follows the first."""

from service.demo.journey import Journey
from service.demo.journey.cast import Dossier
from service.demo.journey.client import Answer
from service.demo.journey.obstacle import file_obstacle
from service.demo.people import ADDRESSES
from tests.journeys.running import Running

GROUP = {"working_group": "transport", "theme": "mobility_transport"}
SAME = {
    "procedure": "benelux-obstacle",
    "title": "Bakfietsen komen de grens niet over",
    "language": "nl",
    "organisation": "NL-GM0980",
    "countries": ["NL", "BE"],
    "content": {
        "situation": "Onze bezorgers stappen aan de grens af.",
        "who_is_hindered": "Bezorgers uit Grensbeek.",
    },
}


def test_a_duplicate_is_closed_and_its_filer_follows_the_original(service: Running, journey: Journey) -> None:
    original = file_obstacle(journey.cast)
    other = journey.cast.person("grensbeek")
    second = Dossier(journey.cast, other.post("/cases", SAME))
    second.move("grensbeek", "submit", "submits")
    assert _read(journey, original, planned=404).status == 404, "nothing to see before it is the same case"

    data = {"original": original.reference}
    second.move("intake", "mark_duplicate", "closes it", data, f"Zie {original.reference}.")
    assert second.stage == "duplicate"
    seen = _read(journey, original).body
    assert (seen["title"], seen["stage"], seen["content"]) == (original.read("intake")["title"], "submitted", {})
    (link,) = journey.cast.person("intake").get(f"{second.path}/links").body["items"]
    assert (link["kind"], link["to"]["reference"]) == ("duplicate_of", original.reference)

    original.move("intake", "register", "registers", GROUP)
    assert original.reference is not None
    assert service.mail("grensbeek", "progress", original.reference).language == "nl"


def _read(journey: Journey, dossier: Dossier, planned: int | None = None) -> Answer:
    """The case as the officer of the municipality finds it."""
    other = journey.cast.person("grensbeek")
    return other.get(dossier.path, planned=planned)


def test_whoever_filed_the_duplicate_is_told_by_mail(service: Running, journey: Journey) -> None:
    original = file_obstacle(journey.cast)
    second = Dossier(journey.cast, journey.cast.person("grensbeek").post("/cases", SAME))
    second.move("grensbeek", "submit", "submits")
    reason = "Hetzelfde knelpunt is al ingediend."
    second.move("intake", "mark_duplicate", "closes it", {"original": original.id}, reason)
    assert second.reference is not None
    ending = service.mail("grensbeek", "ending", second.reference)
    assert (ending.to, ending.language) == (ADDRESSES["grensbeek"], "nl")
    assert reason in ending.text
