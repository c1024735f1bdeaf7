from __future__ import annotations

import io

import pytest

from service.files import FileRefused
from service.files.kinds import media_type_of
from tests.service.files.papers import BAD, GOOD


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_its_name_says_comes_in(name: str) -> None:
    assert "/" in media_type_of(name, io.BytesIO(GOOD[name]))


@pytest.mark.parametrize("what", BAD)
def test_what_is_dangerous_or_disguised_stays_out(what: str) -> None:
    name, content, code = BAD[what]
    with pytest.raises(FileRefused) as refused:
        media_type_of(name, io.BytesIO(content))
    assert refused.value.code == code


def test_a_control_character_far_into_a_text_is_found() -> None:
    with pytest.raises(FileRefused):
        media_type_of("nota.txt", io.BytesIO(b"regel\n" * 400_000 + b"\0"))
