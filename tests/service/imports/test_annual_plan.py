"""Plans with faults, plans that changed, and files that cannot be read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from service.commands.imports import Works
from service.imports.annual_plan import annual_plan_at, import_annual_plan
from service.imports.reading import ImportFaulty
from service.store.engine import Store
from service.store.sight import CASES
from service.store.tables import CaseInstrumentRow, InstrumentRow, LinkRow
from tests.service.imports.conftest import NOW
from tests.service.imports.plans import a_plan, an_instrument, an_item

INSTRUMENTS, LINKS = InstrumentRow.__table__, LinkRow.__table__


def one(store: Store, item: str = "2030-1.1-01") -> Any:
    with store.reading() as connection:
        found = select(CASES).where(CASES.c.plan_key == f"plan-2030/{item}")
        return connection.execute(found).mappings().one_or_none()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"countries": ["BE", "XX"]}, 'countries.1: is not the code of a country (ISO 3166-1 alpha-2) (it is "XX")'),
        ({"countries": []}, "countries: list should have at least 1 item after validation, not 0 (it is [])"),
        ({"countries": ["BE", "BE"]}, 'countries: names something twice (it is ["BE", "BE"])'),
        ({"kind": "obstacel"}, "kind: input should be"),
        ({"theme": "magic"}, "theme: is not a theme"),
        ({"source_lines": ["twelve"]}, "source_lines.0: "),
        ({"title_nl": " "}, "title_nl: "),
        ({"title_nl": "x" * 201}, "title_nl: "),
        ({"summary_nl": "a\0b"}, "summary_nl: text unclean"),
        ({"summary_nl": None}, "summary_nl: "),
        ({"weight": 1.5}, "weight: wrong type"),
    ],
)
def test_a_wrong_item_is_told_by_its_id_and_reason(changes: dict[str, Any], sentence: str) -> None:
    plan = a_plan(an_item(**changes), an_item("2030-1.1-02"))
    assert [item.id for item in plan.items] == ["2030-1.1-02"]
    (fault,) = plan.faults
    assert fault.startswith(f"2030-1.1-01: {sentence}")


def test_what_has_no_id_is_told_by_its_place_and_what_stands_twice_too() -> None:
    plan = a_plan(an_item(), "nothing", {"kind": "project"}, an_item())
    assert plan.faults[0] == "item 2: it is not an object with named fields"
    assert "item 3: id: is missing" in plan.faults
    assert plan.faults[-1] == "2030-1.1-01: id: stands twice in the file"
    assert plan.left_out == 3


def test_the_others_go_in_and_the_mended_one_later_with_its_links(store: Store, works: Works) -> None:
    child = an_item("2030-1.1-02", kind="obstacle", parent="2030-1.1-01", related=["2030-1.1-03"])
    report = import_annual_plan(a_plan(an_item(theme="magic"), child, an_item("2030-1.1-03")), works)
    assert report.left_out == 1
    assert report.tallies["items"].added == ["2030-1.1-02", "2030-1.1-03"]
    assert report.remarks == ["2030-1.1-02: parent: 2030-1.1-01 is not there, so the relation was not kept"]
    assert one(store, "2030-1.1-02")["reference"] == "OBS-2024-0001"
    again = import_annual_plan(a_plan(an_item(), child, an_item("2030-1.1-03")), works)
    assert again.tallies["items"].added == ["2030-1.1-01"]
    assert one(store)["reference"] == "PRJ-2024-0002"
    with store.reading() as connection:
        assert sorted(connection.execute(select(LINKS.c.kind)).scalars()) == ["parent", "related"]


def test_a_file_that_says_otherwise_changes_nothing_and_is_told(store: Store, works: Works) -> None:
    import_annual_plan(a_plan(an_item(), instruments=(an_instrument(),)), works)
    changed = a_plan(an_item(title_nl="Anders"), instruments=(an_instrument(status="revision"),))
    report = import_annual_plan(changed, works)
    assert "  1 differ from what was taken over, and were not changed:" in list(report.lines())
    assert report.tallies["items"].differing == ["2030-1.1-01"]
    assert report.tallies["instruments"].differing == ["M(2030)4"]
    assert one(store)["title"] == "Titel van 2030-1.1-01"


def test_progress_is_told_entry_by_entry(works: Works) -> None:
    told: list[tuple[int, int]] = []
    plan = a_plan(an_item(), an_item("2030-1.1-02"), instruments=(an_instrument(),))
    import_annual_plan(plan, works, lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_instrument_that_was_entered_by_hand_is_used_as_it_is(store: Store, works: Works) -> None:
    with store.writing() as connection:
        row = {"id": "by-hand", "kind": "decision", "number": "M(2030)4", "state": "in_force", "external": True}
        connection.execute(insert(INSTRUMENTS), row | {"version": 1, "created_at": NOW, "updated_at": NOW})
    item = an_item(instruments_referenced=[{"instrument_id": "M(2030)4", "number": None, "relation": "implements"}])
    import_annual_plan(a_plan(item, instruments=(an_instrument(),)), works)
    with store.reading() as connection:
        assert connection.execute(select(CaseInstrumentRow.__table__.c.instrument_id)).scalars().all() == ["by-hand"]


def test_an_instrument_that_the_file_does_not_hold_is_remarked(works: Works) -> None:
    report = import_annual_plan(a_plan(an_item(produces_instruments=["NOWHERE"])), works)
    assert report.remarks == ["2030-1.1-01: produces: instrument NOWHERE is not there, so the relation was not kept"]


def test_a_plan_for_a_year_to_come_speaks_as_of_today(store: Store, works: Works) -> None:
    import_annual_plan(a_plan(an_item(), year=2027), works)
    assert one(store)["last_on"] == date(2026, 3, 2)
    assert one(store)["reference"] == "PRJ-2026-0001"


def test_an_item_of_a_project_names_its_partners_and_keeps_what_is_not_known_here(store: Store, works: Works) -> None:
    import_annual_plan(a_plan(an_item(partners=["DE-NW"], budget="200 euro")), works)
    content = one(store)["content"]
    assert content["partners"] == ["DE-NW"]
    assert content["plan"]["budget"] == "200 euro"
    assert content["plan"]["source_lines"] == ["12-15"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "it is not JSON"),
        ("\ufeff[]", "plan: it is not an object"),
        ('{"plan": {"id": "p"}, "items": []}', "plan: year: is missing"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ImportFaulty, match=reason) as raised:
        annual_plan_at(file)
    assert "\n" not in str(raised.value)
    assert str(file) in str(raised.value)


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ImportFaulty, match="cannot be read: No such file"):
        annual_plan_at(tmp_path / "plan.json")


def test_the_instruments_beside_the_plan_go_before_the_shipped_ones(tmp_path: Path) -> None:
    titles = {f"title_{language}": "Plan" for language in ("nl", "fr", "de", "en")}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"plan": {"id": "p", "year": 2030, **titles}, "items": []}))
    assert len(annual_plan_at(file).instruments.benelux) == 43
    (tmp_path / "instruments.json").write_text(json.dumps({"benelux_instruments": [an_instrument(), {"id": "X"}]}))
    instruments = annual_plan_at(file).instruments
    assert [instrument.id for instrument in instruments.benelux] == ["M(2030)4"]
    assert "X: type: is missing" in instruments.faults
