"""National findings and addresses: what is taken, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.errors import DataInvalid
from workflows.findings import NationalFinding, national_finding_of
from workflows.web import is_address


def test_a_finding_may_rest_on_nothing() -> None:
    assert national_finding_of({"finding": "Art. 4 verbiedt het."}) == NationalFinding(finding="Art. 4 verbiedt het.")
    assert national_finding_of({"finding": "x", "sources": ["RVV 1990, art. 4"]}).sources == ("RVV 1990, art. 4",)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({}, [("/finding", "missing")]),
        ({"finding": "  "}, [("/finding", "missing")]),
        ({"finding": "x", "sources": "art. 4"}, [("/sources", "wrong_type")]),
        ({"finding": "x", "sources": [""]}, [("/sources/0", "missing")]),
        ({"finding": "x", "sources": [{"url": "https://example.org"}]}, [("/sources/0", "wrong_type")]),
        ({"finding": "x", "country": "BE"}, [("/country", "unknown_field")]),
        ({"finding": "a\0b"}, [("/finding", "text_unclean")]),
    ],
)
def test_what_does_not_fit_is_named(sent: dict[str, Any], found: list[tuple[str, str]]) -> None:
    with pytest.raises(DataInvalid) as refused:
        national_finding_of(sent)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == found


@pytest.mark.parametrize(
    "address", ["https://www.benelux.int", "HTTPS://example.org/a?b=c#d", "http://localhost:8000/x", "https://ü.lu/é"]
)
def test_an_address_of_the_web_is_one(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    ["", "example.org", "javascript:alert(1)", "https://", "https://a b", "https://u:p@example.org", 'https://a/"x'],
)
def test_anything_else_is_not(address: str) -> None:
    assert not is_address(address)
