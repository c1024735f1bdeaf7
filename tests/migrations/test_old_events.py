"""Events as they were once written: one stored sample of each kind and schema, which has to stay readable for ever."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service.queries.events import History, PastEvent
from service.queries.keyset import Page
from service.store.chain import digest
from service.telling import history_line
from workflows.events import SCHEMAS, EventKind, canonical, replay
from workflows.retelling import TELLERS, retell
from workflows.retold import Entry

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
LANGUAGES = ("nl", "fr", "de", "en")


def read(sample: Path) -> tuple[str, list[dict[str, Any]]]:
    """The case of a sample, and its events up to the one that the sample is of."""
    found = json.loads(sample.read_text())
    return found["case"], found["events"]


def test_every_kind_has_a_sample_of_each_schema_that_was_written() -> None:
    """Raise a schema, and keep a sample of it: `{"case", "events"}`, the event itself last. Never change an old one."""
    wanted = {f"{kind}.{schema}" for kind in TELLERS for schema in range(1, SCHEMAS[kind] + 1)}
    assert {sample.stem for sample in SAMPLES} == wanted


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_is_what_was_written(sample: Path) -> None:
    _, events = read(sample)
    kind, _, schema = sample.stem.partition(".")
    assert (events[-1]["kind"], events[-1]["schema"]) == (kind, int(schema))
    previous = None
    for event in events:
        body = json.loads(event["body"])
        assert canonical(body) == event["body"]
        assert digest(event["body"]) == event["sha256"]
        assert body["previous"] == previous
        assert body["private_sha256"] == (digest(event["private"]) if event["private"] is not None else None)
        previous = event["sha256"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_is_replayed_and_retold(sample: Path) -> None:
    case, events = read(sample)
    entries = [entry(event) for event in events]
    said, told = replay(one.body for one in entries), retell(case, entries)
    assert said.stage == told.case.stage == told.events[-1].values["stage"]
    assert len(told.events) == len(events)
    assert set(said.clocks) <= set(told.procedure.clocks)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_has_words(sample: Path, language: str) -> None:
    _, events = read(sample)
    first, last = json.loads(events[0]["body"]), events[-1]
    facts = json.loads(last["body"])
    past = PastEvent(
        position=last["position"], kind=EventKind(last["kind"]), schema=last["schema"],
        at=datetime.fromisoformat(facts["at"]), on=datetime.fromisoformat(facts["on"]).date(), facts=facts,
        sha256=last["sha256"], previous=facts["previous"], actor=None, on_behalf_of=None, mandate=None, reason=None,
        private=None, body=None,
    )  # fmt: skip
    history = History(
        page=Page(items=(past,), after=None, count=None),
        procedure=first["procedure"],
        version=first["procedure_version"],
        working_groups={"transport": "Werkgroep Vervoer"},
    )
    words = history_line(past, history, language)
    assert len(words) > 3
    assert words not in {last["kind"], str(facts.get("move")), str(facts.get("act"))}
    assert "{" not in words


def entry(event: dict[str, Any]) -> Entry:
    """An event of a sample as it is read back."""
    body = json.loads(event["body"])
    private = json.loads(event["private"]) if event["private"] is not None else {}
    return Entry(position=event["position"], kind=event["kind"], at=body["at"], body=body, private=private)
