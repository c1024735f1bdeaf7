from __future__ import annotations

import pytest

from workflows.actor import Role
from workflows.mandates import misfits_of_mandate

FITTING = [
    ("officer", "NL-GM0980", "municipality", None, None),
    ("delegate", "BE", "delegation", None, None),
    ("delegate", "BE-FED", "government", "BE", None),
    ("delegate", "NL-MIN-IENW", "ministry", "NL", None),
    ("delegate", "DE-NW", "partner", None, None),
    ("delegate", "EC", "eu_body", None, None),
    ("delegate", "NL-PV31", "province", "NL", None),
    ("minister_office", "NL", "delegation", None, None),
    ("secretary", "BENELUX-SG", "secretariat", None, None),
    ("secretary", "BENELUX-SG", "secretariat", None, "transport"),
    ("secretary_general", "BENELUX-SG", "secretariat", None, None),
    ("auditor", "NL-GM0980", "municipality", None, None),
    ("admin", "BENELUX-SG", "secretariat", None, None),
]
MISFITS = [
    (("delegate", "NL-GM0980", "municipality", None, None), "organisation_without_voice"),
    (("minister_office", "NL-PV31", "province", None, None), "organisation_without_voice"),
    (("delegate", "EGTC-LILLE", "egtc", None, None), "organisation_without_voice"),
    (("delegate", "BENELUX-SG", "secretariat", None, None), "organisation_without_voice"),
    (("secretary", "NL", "delegation", None, "transport"), "role_of_the_secretariat"),
    (("secretary_general", "NL", "delegation", None, None), "role_of_the_secretariat"),
    (("officer", "NL-GM0980", "municipality", None, "transport"), "only_with_secretary"),
]


@pytest.mark.parametrize("mandate", FITTING)
def test_a_mandate_that_fits(mandate: tuple[str, str, str, str | None, str | None]) -> None:
    role, *rest = mandate
    assert not list(misfits_of_mandate(Role(role), *rest))


@pytest.mark.parametrize(("mandate", "code"), MISFITS)
def test_a_mandate_that_does_not(mandate: tuple[str, str, str, str | None, str | None], code: str) -> None:
    role, *rest = mandate
    assert [fault.code for fault in misfits_of_mandate(Role(role), *rest)] == [code]


def test_what_does_not_fit_is_told_where_it_stands_and_with_the_organisation_that_is_meant() -> None:
    said = misfits_of_mandate(Role.DELEGATE, "NL-GM0980", "municipality", None, "transport", "/mandates/0")
    assert [(fault.pointer, fault.code, fault.values) for fault in said] == [
        ("/mandates/0/organisation", "organisation_without_voice", (("value", "NL-GM0980"),)),
        ("/mandates/0/working_group", "only_with_secretary", ()),
    ]
    (alone,) = misfits_of_mandate(Role.SECRETARY, "NL", "delegation", None, None)
    assert (alone.pointer, alone.values) == ("/organisation", (("value", "BENELUX-SG"),))
