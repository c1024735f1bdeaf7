"""The pages of who handles, answers and decides, in every listed state: no barrier, nothing off the page."""

from __future__ import annotations

import pytest

from tests.browser import looking
from tests.browser.addresses import OF_WHO_HANDLES, Address
from tests.browser.conftest import AtPage

pytestmark = pytest.mark.timeout(300)  # a full machine takes its time with a browser


@pytest.mark.parametrize("address", OF_WHO_HANDLES, ids=str)
def test_no_barrier_stands_on_a_page(at_page: AtPage, address: Address) -> None:
    assert looking.barriers_at_every_size(at_page(address)) == []
