"""Writing a report: one step a page, saved at each step; two who write at once both see what the other wrote."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.cases import ChangeCase, change_case
from service.commands.following import FollowAlike, follow_alike
from service.pages.case.typed import typed_in
from service.pages.choices import choices_for
from service.pages.filing.alike import alike_to
from service.pages.filing.answering import before, changes_nothing, fingerprint, patch_of, questions
from service.pages.filing.opening import filed_page, opened, opened_to
from service.pages.filing.said import said
from service.pages.filing.steps import CHECK, DOCUMENTS, Step, form_key, rules_of, steps_of
from service.pages.posting import Posted
from service.pages.questions import Around
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.cases import find_case
from service.queries.drafts import Draft
from workflows.errors import NotFound, Refused, Stale

router = APIRouter()
FOLLOW = "follow:"


@router.get("/filing/{case}/{step}")
def show_step(case: str, step: str, visitor: Visiting) -> Response:
    """The questions of a step, with what the draft says so far."""
    with visitor.reading() as connection:
        draft = opened(connection, visitor, case)
    if draft is None:
        return filed_page(visitor, case, None, visitor.form(form_key(step), about=case))
    return _page(visitor, draft, _step(draft, step), None, None)


@router.post("/filing/{case}/{step}")
def send_step(case: str, step: str, sent: Posted, visitor: Visiting) -> Response:
    """Save a step; then lead to the next one, or to where the button says."""
    draft = opened_to(visitor, case, sent)
    if isinstance(draft, Response):
        return draft
    found = _step(draft, step)
    if sent.button == "more":
        return _page(visitor, draft, found, sent, None)
    places: dict[str, str] = {}
    try:
        _save(visitor, draft, found, sent, places)
        if sent.button.startswith(FOLLOW):
            follow_alike(FollowAlike(draft.id, sent.button.removeprefix(FOLLOW)[:36]), visitor.work())
    except NotFound:
        raise
    except Refused as refusal:
        with visitor.reading() as connection:
            now = opened(connection, visitor, case)
        trouble = trouble_of(refusal, visitor.language, places)
        return _page(visitor, now, found, sent, trouble) if now else filed_page(visitor, case, sent, None)
    visitor.forget(sent)
    return _onward(visitor, draft, found, sent)


def _save(visitor: Visitor, draft: Draft, step: Step, sent: Sent, places: dict[str, str]) -> None:
    """Keep what was typed. Raises Stale only where somebody else changed the answers of this very step."""
    patch = patch_of(step, draft, sent, places)
    if changes_nothing(patch, draft):
        return
    untouched = sent.one("_seen") == fingerprint(step, draft)
    version = draft.version if untouched else sent.version
    change_case(ChangeCase(draft.id, version, lambda: patch), visitor.work())


def _onward(visitor: Visitor, draft: Draft, step: Step, sent: Sent) -> Response:
    here = f"/filing/{draft.id}"
    if sent.button.startswith(FOLLOW):
        return visitor.go(f"{here}/{step.name}", said="followed")
    if sent.button == "later":
        return visitor.go("/filing", said="kept")
    if sent.one("_from") == CHECK:
        return visitor.go(f"{here}/{CHECK}#{step.name}")
    names = [one.name for one in steps_of(rules_of(draft))]
    return visitor.go(f"{here}/{names[names.index(step.name) + 1]}")


def _step(draft: Draft, name: str) -> Step:
    """A step with questions. Raises NotFound."""
    found = next((one for one in steps_of(rules_of(draft)) if one.name == name), None)
    if found is None or name in (CHECK, DOCUMENTS):
        raise NotFound(name)
    return found


def _page(visitor: Visitor, draft: Draft, step: Step, sent: Sent | None, trouble: Trouble | None) -> Response:
    form = visitor.form(form_key(step.name), about=draft.id, version=draft.version)
    typed = typed_in(sent, form, before(step, draft))
    with visitor.reading() as connection:
        case = find_case(connection, visitor.actor, draft.id)
        choices = choices_for(connection, visitor.actor, step.fields, case, visitor.language)
        alike = alike_to(connection, visitor, draft) if step.name == "others" else ()
    steps = steps_of(rules_of(draft))
    names = [one.name for one in steps]
    stale = trouble is not None and trouble.code == Stale("").code
    return visitor.page(
        "filing/step.html",
        trouble.status if trouble else 200,
        draft=draft,
        step=step,
        number=names.index(step.name) + 1,
        steps=steps,
        back=names[names.index(step.name) - 1] if step.name != names[0] else None,
        questions=questions(step, draft, typed, Around(language=visitor.language, choices=choices)),
        seen=fingerprint(step, draft),
        now=said(step, draft, visitor.language) if stale or form.outdated else None,
        alike=alike,
        form=form,
        trouble=trouble,
        going_on="going_on" in visitor.request.query_params,
        to_check=visitor.request.query_params.get("from") == CHECK or (sent is not None and sent.one("_from") == CHECK),
        main_form=True,
    )
