"""Pages are compressed for browsers that take it, and are the same for all others."""

from __future__ import annotations

import gzip

import pytest
from fastapi.testclient import TestClient

from service.pages.packing import SMALLEST, packed

PAGE = "<p>Een schoolbus mag de grens niet over. é</p>" * 100


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "br;q=1.0, GZIP;q=0.8", "gzip;q=0.5"])
def test_a_page_is_packed_for_whoever_takes_it(accepted: str) -> None:
    content, headers = packed(PAGE, accepted)
    assert gzip.decompress(content).decode() == PAGE
    assert headers == {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0", "xgzip"])
def test_whoever_does_not_gets_it_as_it_is(accepted: str) -> None:
    assert packed(PAGE, accepted) == (PAGE.encode(), {"Vary": "Accept-Encoding"})


def test_what_is_small_stays_as_it_is() -> None:
    assert packed("x" * (SMALLEST - 1), "gzip")[1] == {"Vary": "Accept-Encoding"}


def test_the_front_door_comes_packed_and_reads_the_same(client: TestClient) -> None:
    plain = client.get("/", headers={"Accept-Encoding": "identity"})
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert page.headers["content-encoding"] == "gzip"
    assert int(page.headers["content-length"]) < len(page.content) / 2
    assert "Slagboom" in page.text
