"""Where names and words were erased, what followed from them is untold; codes, days and ids are told as before."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from tests.builders import an_actor
from tests.workflows.played import Played
from tests.workflows.stretches import ADOPT, ASK, adopted, drafted, explored, filed, rows
from workflows.retelling import retell
from workflows.retold import UNTOLD, Entry, Retold, Thing

EVERY_WORD = ("delegation", "stance", "reservation", "text", "mandate_reference", "noted_by", "advice", "late")


def told_without(this: Played, *moves: str) -> Retold:
    """What is told once the words of these moves and acts are gone."""
    places = [one.position for one in this.entries if (one.body.get("move") or one.body.get("act")) in moves]
    assert places
    return retell(this.case.id, this.without_words(*places))


def without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A row as it is kept, but for what can no longer be told."""
    assert not set(names) - row.keys()
    return {**row, **dict.fromkeys(names, UNTOLD)}


def kept(thing: Thing | None) -> dict[str, Any]:
    assert thing is not None
    return thing.values


def test_nothing_of_what_was_filed_but_the_codes() -> None:
    this = filed()
    told = told_without(this, "submit")
    assert told.columns.values == without(this.columns(), "title", "language", "content", "regions")
    assert repr(told.columns.values["title"]) == "untold"


def test_of_questions_neither_the_words_nor_how_many_there_were() -> None:
    this = filed()
    this.move("register", "intake", {"working_group": "transport", "theme": "energy"})
    asked = {"questions": ["Where?"], "reply_by": "2026-03-20"}
    this.move("request_information", "secretary", asked)
    told = told_without(this, "request_information")
    assert told.columns.values == without(this.columns(), "questions", "questions_asked")
    first = this.position - 1
    answers = {"answers": [{"question": 1, "text": "Here."}]}
    this.move("supply_information", "filer", answers)
    assert this.columns()["questions"] == []
    assert retell(this.case.id, this.without_words(first)).columns.values == without(this.columns(), "questions_asked")
    this.move("request_information", "secretary", asked)
    told = retell(this.case.id, this.without_words(first))
    assert told.columns.values == without(this.columns(), "questions", "questions_asked")


def test_of_a_correction_what_it_changed() -> None:
    this = explored()
    this.correct(title="Buses", content={"how_many": 7})
    assert told_without(this, "correct").columns.values == without(this.columns(), "title", "content")
    told = told_without(this, "submit")
    assert told.columns.values == without(this.columns(), "language", "content", "regions")
    assert told.columns.values["title"] == "Buses"


def test_of_an_ending_the_day_is_known() -> None:
    this = filed()
    this.move("withdraw", "filer", reason="Solved.")
    told = told_without(this, "withdraw")
    assert told.columns.values == without(this.columns(), "ending")
    assert told.columns.values["ended_on"] == "2026-03-02"


def test_of_a_consultation_its_question() -> None:
    this = explored()
    this.on("2026-04-01").move("open_consultation", "secretary", ASK)
    told = told_without(this, "open_consultation")
    assert kept(told.consultations["round-1"]) == without(this.consultations["round-1"][0], "question")
    assert rows(told.invitations) == this.invitations


def test_of_a_position_everything_but_its_day_and_who_stood_is_then_not_known() -> None:
    this = explored()
    this.on("2026-04-01").move("open_consultation", "secretary", ASK)
    this.say("agree", an_actor("delegate", "NL"), text="Yes.")
    this.say("object", an_actor("delegate", "BE"), text="No.")
    gone = this.position - 1
    this.say("agree", an_actor("delegate", "LU"))
    told = retell(this.case.id, this.without_words(gone))
    first, second, third = (row for row, _ in this.positions)
    assert [thing.values for thing in told.positions] == [
        without(first, "superseded"),
        without(second, *EVERY_WORD, "superseded"),
        without(third, "superseded"),
    ]
    assert (told.blurred, told.sure) == (True, False)
    this.on("2026-05-02").move("close_consultation", "secretary")
    told = retell(this.case.id, this.without_words(gone))
    assert kept(told.consultations["round-1"]) == without(this.consultations["round-1"][0], "grounds")
    assert told.consultations["round-1"].values["outcome"] == "not_adopted"


def test_of_an_opinion_neither_its_words_nor_whether_there_was_one() -> None:
    this = drafted()
    this.on("2026-06-01").move("table", "secretary_general", {"meeting_on": "2026-06-12", "council_opinion": "Good."})
    told = told_without(this, "table")
    assert this.instrument is not None
    assert kept(told.instrument) == without(this.instrument[0], "council_opinion", "version") | {
        "updated_at": kept(told.instrument)["updated_at"]
    }
    assert kept(told_without(this, "submit_to_council").instrument) == this.instrument[0]
    this.move("return_to_drafting", "secretary_general", reason="Once more.")
    told = told_without(this, "table")
    assert kept(told.instrument) == without(this.instrument[0], "council_opinion", "version")


def test_of_an_adoption_how_it_enters_into_force_and_what_the_countries_do() -> None:
    this = adopted()
    told = told_without(this, "adopt")
    assert this.instrument is not None
    assert kept(told.instrument) == without(this.instrument[0], "in_force", "in_force_on")
    assert (told.measures, told.blurred, told.sure) == ([], True, False)
    this.publish("2026-3", "2026-06-12")
    told = told_without(this, "adopt")
    assert kept(told.instrument) == without(this.instrument[0], "in_force", "in_force_on")
    assert kept(told_without(this, "publish").instrument) == without(this.instrument[0], "journal")


def test_of_progress_where_it_can_be_read() -> None:
    this = adopted()
    this.record("BE", state="in_force", on="2026-06-12", reference="Staatsblad 7", url="https://example.org/7")
    told = told_without(this, "record_measure")
    assert kept(told.recorded["measure-BE"]) == without(this.recorded["measure-BE"][0], "reference", "url")
    assert told.measures_now() == this.measures_now()


def test_of_a_finding_a_comment_and_a_document_that_they_were_there() -> None:
    this = explored()
    this.comment("Call Budel.")
    this.attach("The permit", "permit.pdf")
    told = told_without(this, "analyse", "comment", "attach")
    assert kept(told.analyses["NL"]) == without(this.analyses["NL"][0], "finding", "sources")
    assert kept(told.comments["comment-1"]) == without(this.comments["comment-1"][0], "text")
    assert kept(told.documents["document-1"]) == without(this.documents["document-1"][0], "title", "file_name")


def test_a_move_that_asks_for_no_words_tells_all_it_told() -> None:
    this = drafted()
    told = told_without(this, "choose_instrument", "write_text", "submit_to_council", "close_consultation")
    assert this.instrument is not None
    assert (told.columns.values, kept(told.instrument), told.sure) == (this.columns(), this.instrument[0], True)


# -- what earlier versions did not write -------------------------------------------------------------


def as_before(this: Played, position: int, *keys: str) -> list[Entry]:
    """The events, one of them without what its first schema did not have."""
    entries = list(this.entries)
    one = entries[position - 1]
    body = {name: value for name, value in one.body.items() if name not in keys}
    entries[position - 1] = dataclasses.replace(one, body=body)
    return entries


def test_a_document_of_before_has_no_language() -> None:
    this = filed()
    this.attach("The permit", "permit.pdf")
    told = retell(this.case.id, as_before(this, 2, "language"))
    assert kept(told.documents["document-1"]) == without(this.documents["document-1"][0], "language")


def test_an_import_of_before_says_nothing_of_codes_and_a_report_adds_nothing_to_what_is_not_known() -> None:
    this = Played.imported("benelux-project", "running")
    codes = ("organisation", "theme", "countries", "working_group", "plan_key", "plan_status")
    assert retell(this.case.id, as_before(this, 1, "filed")).columns.values == without(this.columns(), *codes)
    this.report("Half way.", "ongoing")
    told = retell(this.case.id, as_before(this, 1, "filed"))
    assert told.columns.values == without(this.columns(), *codes)


def test_two_measures_of_one_country_cannot_be_told_apart() -> None:
    this = adopted("recommendation", in_force={"how": "none"}, measures=ADOPT["measures"][:2])
    adoption = this.entries[-1]
    data = {**adoption.private["data"], "measures": [{**one, "country": "BE"} for one in ADOPT["measures"][:2]]}
    this.entries[-1] = dataclasses.replace(adoption, private={**adoption.private, "data": data})
    assert not retell(this.case.id, this.entries).sure
