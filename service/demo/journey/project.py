"""From the annual plan to a proposal: a project shows that a rule is missing."""

from __future__ import annotations

from service.demo.journey import papers
from service.demo.journey.cast import Cast, Dossier
from service.demo.journey.client import Stopped

PROJECT = "benelux-project"
PROPOSAL = "benelux-proposal"


def play_project(cast: Cast) -> Dossier:
    """A project of the plan proposes an instrument, and intake takes the proposal up. Raises Stopped."""
    cast.teller.heading("A project of the annual plan proposes a recommendation")
    project = _project(cast)
    if project.read("intake")["working_group"] != "transport":
        given = {"working_group": "transport", "reason": papers.TAKEN_OVER}
        project.correct("intake", "gives the project to the working group on transport", given)
    project.move("transport", "propose_instrument", "proposes an instrument", {"proposal": dict(papers.PROPOSAL)})
    proposal = _spawned(cast, project)
    proposal.correct("intake", "completes the draft", {"content": {"why": papers.WHY}})
    taken = {"working_group": "transport", "theme": "mobility_transport", "origin": "project"}
    proposal.move("intake", "take_up", "takes the proposal up", taken)
    return proposal


def _project(cast: Cast) -> Dossier:
    """The first project of the plan on mobility that is being prepared or runs."""
    query = {
        "procedure": PROJECT,
        "theme": "mobility_transport",
        "stage": ["preparing", "running"],
        "sort": "reference",
        "limit": 1,
    }
    intake = cast.person("intake")
    found = intake.get("/cases", query).body["items"]
    if not found:
        raise Stopped("there is no project on mobility here: an annual plan must be imported first")
    dossier = Dossier(cast, intake.get(f"/cases/{found[0]['reference']}"))
    dossier.told("intake", f"opens a project: {found[0]['title']}")
    return dossier


def _spawned(cast: Cast, project: Dossier) -> Dossier:
    """The newest draft that the project brought forth."""
    intake = cast.person("intake")
    query = {"procedure": PROPOSAL, "stage": "draft", "sort": "-updated_at", "limit": 1}
    found = intake.get("/cases", query).body["items"]
    if not found:
        raise Stopped(f"{project.reference} brought forth no draft that intake can read")
    dossier = Dossier(cast, intake.get(f"/cases/{found[0]['id']}"))
    dossier.told("intake", f"finds the draft: {found[0]['title']}")
    return dossier
