"""Texts retold: what the events say of the instrument of a case, its texts and the measures of the countries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from workflows.procedure import Move
from workflows.retold import UNTOLD, Entry, OutOfPlace, Retold, Thing


def retell_instrument(this: Retold, entry: Entry, move: Move, data: Mapping[str, Any]) -> None:
    """What a move did to the instrument, in the order in which moves do it."""
    if move.unfreezes and this.instrument is not None:
        _change(this, entry, state="draft", frozen_hash=None)
    if move.drafts:
        council = {"council_on": data["council_on"]} if data.get("council_on") else {}
        if this.instrument is None:
            this.instrument = _drafted(this, entry)
            this.instrument.values.update(council)
        else:
            _change(this, entry, kind=data["kind"], **council)
    if move.freezes:
        _change(this, entry, state="frozen", frozen_hash=entry.body["texts"])
    if data.get("council_opinion"):
        _change(this, entry, council_opinion=data["council_opinion"])
    elif entry.erased and any(field.name == "council_opinion" for field in move.asks) and this.instrument is not None:
        this.instrument.change(entry, council_opinion=UNTOLD, version=UNTOLD)
    if move.numbers:
        _adopt(this, entry, data)
    for measure in data.get("measures", ()):
        _add_measure(this, entry, measure)
    if entry.erased and any(field.type == "measure" for field in move.asks):
        this.blurred = True


def _drafted(this: Retold, entry: Entry) -> Thing:
    nothing = (
        "number", "title", "adopted_on", "adopted_on_text", "in_force", "in_force_on", "evaluate_on", "council_on",
        "council_opinion", "journal", "published_on", "frozen_hash", "source", "plan_key", "url", "language",
    )  # fmt: skip
    values = {
        **dict.fromkeys(nothing),
        "id": entry.body["instrument"],
        "case_id": this.case.id,
        "kind": entry.body["instrument_kind"],
        "state": "draft",
        "external": False,
        "version": 1,
        "created_at": entry.at,
        "updated_at": entry.at,
    }
    return Thing(values, entry.position)


def _change(this: Retold, entry: Entry, **values: Any) -> None:
    if this.instrument is None:
        return
    version = this.instrument.values["version"]
    raised = UNTOLD if version is UNTOLD else version + 1
    this.instrument.change(entry, **values, version=raised, updated_at=entry.at)


def _adopt(this: Retold, entry: Entry, data: Mapping[str, Any]) -> None:
    how: Any = UNTOLD if entry.erased else data["in_force"]
    _change(
        this,
        entry,
        state="adopted",
        number=entry.body["number"],
        adopted_on=data["adopted_on"],
        in_force=how,
        in_force_on=UNTOLD if entry.erased else how.get("on"),
        evaluate_on=data.get("evaluate_on"),
    )


def _add_measure(this: Retold, entry: Entry, measure: Mapping[str, Any]) -> None:
    values = {
        "instrument_id": this.instrument.values["id"] if this.instrument is not None else None,
        "case_id": this.case.id,
        "country": measure["country"],
        "title": measure["title"],
        "due_on": measure.get("due_on"),
        "state": "planned",
        "on_date": None,
        "reference": None,
        "url": None,
        "version": 1,
        "updated_at": entry.at,
    }
    this.measures.append(Thing(values, entry.position))


def retell_progress(this: Retold, entry: Entry) -> None:
    """How far a measure has come."""
    body, known = entry.body, this.recorded.get(entry.body["measure"])
    if body["version"] != (known.values["version"] if known is not None else 1) + 1:
        raise OutOfPlace(entry, f"records version {body['version']} of a measure out of its turn")
    values = {
        "country": body["country"],
        "state": body["state"],
        "on_date": body["state_on"],
        "reference": entry.told("reference"),
        "url": entry.told("url"),
        "version": body["version"],
        "updated_at": entry.at,
    }
    this.recorded[body["measure"]] = Thing(values, entry.position)


def retell_text(this: Retold, entry: Entry) -> None:
    """A text in one language; the version of the instrument rises with it."""
    body = entry.body
    values = {
        "instrument_id": body["instrument"],
        "language": body["language"],
        "final": body["final"],
        "sha256": body["hash"],
        "written_by": body["actor"],
        "written_at": entry.at,
    }
    this.texts[body["language"]] = Thing(values, entry.position)
    _change(this, entry)


def retell_publication(this: Retold, entry: Entry) -> None:
    """Where the instrument was published; some enter into force on the day after."""
    published_on, instrument = entry.body["data"]["published_on"], this.instrument
    journal = UNTOLD if entry.erased else entry.private["data"]["journal"]
    _change(this, entry, journal=journal, published_on=published_on)
    how = instrument.values["in_force"] if instrument is not None else None
    if instrument is not None and isinstance(how, Mapping) and how["how"] == "day_after_publication":
        instrument.values["in_force_on"] = (date.fromisoformat(published_on) + timedelta(days=1)).isoformat()
