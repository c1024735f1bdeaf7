"""What the privacy page says of periods is what the service keeps to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from service.auth.sessions import IDLE, LONGEST
from service.commands.kept_words import KEPT_FOR
from service.pages.visitor import A_YEAR
from service.worker import HOUR
from tests.service.pages.browsing import Browser


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_the_periods_on_the_privacy_page_are_those_of_the_service(
    at_browser: Callable[..., Browser], language: str
) -> None:
    numbers = re.findall(r"\d+", at_browser().open("/privacy", language).text)
    assert numbers == [str(KEPT_FOR.days), str(LONGEST // HOUR), str(IDLE // HOUR)]
    assert timedelta(days=365) == A_YEAR
