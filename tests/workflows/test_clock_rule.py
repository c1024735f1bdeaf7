"""The rules of clocks: read whole, and a faulty one is told what to mend."""

import pytest

from tests.workflows.clock_rules import RULES, rule
from workflows import texts
from workflows.clock import ClockKind, ClockRule, Until
from workflows.counting import CountingRule, Period, Unit
from workflows.errors import ProcedureFaulty


def test_a_rule_is_read_whole() -> None:
    assert rule("acknowledge") == ClockRule(
        name="acknowledge",
        kind=ClockKind.DUTY,
        of="intake",
        length=Period(5, Unit.WORKING_DAYS),
        rule=CountingRule.WORKING_DAYS,
        calendar="BE",
        basis="policy",
        counted_from="received_on",
        late=(("late", ("intake",)),),
    )
    closing = rule("closing")
    assert closing.length == Until("closing_on")
    assert [str(period) for period, _ in closing.before] == ["10WD", "3WD"]
    assert rule("admissibility").at == ((80, (("nearly_late", ("secretary",)),)),)
    assert (rule("quiet").restarted_by, rule("quiet").repeats) == ("every move of an open case", Period(3, Unit.MONTHS))


@pytest.mark.parametrize(
    ("name", "changes", "key", "mend"),
    [
        ("review", {"colour": "red"}, "colour", "not known"),
        ("review", {"kind": None}, "kind", "missing"),
        ("review", {"basis": None}, "basis", "missing"),
        ("review", {"kind": "wish"}, "kind", "duty, target, standstill"),
        ("review", {"of": ["secretary"]}, "of", "text"),
        ("review", {"length": "2 months"}, "length", "P10D"),
        ("review", {"length": 5}, "length", "text"),
        ("review", {"length": "until the end"}, "length", "until FIELD"),
        ("review", {"length": "PT48H"}, "length", "hour"),
        ("review", {"length": "5WD", "rule": "calendar"}, "length", "no working days"),
        ("review", {"rule": "working-days"}, "length", "5WD"),
        ("review", {"rule": None}, "rule", "missing"),
        ("review", {"rule": "roman"}, "rule", "regulation-1182-71"),
        ("reply", {"rule": "calendar"}, "rule", "leave it out"),
        ("review", {"calendar": None}, "calendar", "missing"),
        ("review", {"calendar": "DE"}, "calendar", "no calendar DE"),
        ("reply", {"calendar": None}, "before.3WD", "needs a calendar"),
        ("reply", {"before": {"PT3H": {"reminder": ["filer"]}}}, "before.PT3H", "hour"),
        ("reply", {"before": {"soon": {"reminder": ["filer"]}}}, "before.soon", "P10D"),
        ("reply", {"before": ["3WD"]}, "before", "who hears"),
        ("reply", {"repeats": "P3M"}, "repeats", "period"),
        ("quiet", {"repeats": "3WD"}, "repeats", "no working days"),
        ("quiet", {"restarted_by": "the moon"}, "restarted_by", "every move"),
        ("review", {"at": {"80": {"late": ["filer"]}}}, "at.80", "80%"),
        ("review", {"at": {"0%": {"late": ["filer"]}}}, "at.0%", "80%"),
        ("review", {"at": {"101%": {"late": ["filer"]}}}, "at.101%", "80%"),
        ("review", {"at": {"80%": ["late"]}}, "at.80%", "notices"),
        ("review", {"late": {"late": "filer"}}, "late.late", "list of roles"),
        ("review", {"late": {"late": []}}, "late.late", "list of roles"),
        ("review", {"late": ["late"]}, "late", "notices"),
    ],
)
def test_a_faulty_rule_is_told_what_to_mend(name: str, changes: dict[str, object], key: str, mend: str) -> None:
    written = texts.read(RULES, "rules.yaml")[name] | changes
    written = {each: value for each, value in written.items() if value is not None}
    with pytest.raises(ProcedureFaulty, match=mend) as faulty:
        ClockRule.parse(name, written, "rules.yaml", f"clocks.{name}")
    assert (faulty.value.name, faulty.value.path) == ("rules.yaml", f"clocks.{name}.{key}")


def test_a_rule_is_a_mapping() -> None:
    with pytest.raises(ProcedureFaulty, match="mapping"):
        ClockRule.parse("review", "P2M", "rules.yaml", "clocks.review")
