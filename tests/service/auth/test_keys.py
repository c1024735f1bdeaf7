"""The signing key is made at first start where nobody chose one, once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.auth.keys import signer
from service.auth.tokens import generate_key
from service.settings import GENERATED_KEY, Settings, SettingsFaulty

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_the_first_start_makes_a_key_for_its_owner_alone_and_the_next_uses_it(tmp_path: Path) -> None:
    settings = Settings(signing_key=str(tmp_path / "var/key.pem"))
    token = signer(settings).issue("ann", NOW)
    path = settings.signing_key_file
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith(GENERATED_KEY)
    assert signer(settings).person(token, NOW) == "ann"
    assert [file.name for file in path.parent.iterdir()] == ["key.pem"]


def test_processes_that_start_together_use_one_key(tmp_path: Path) -> None:
    settings = Settings(signing_key=str(tmp_path / "var/key.pem"))
    with ThreadPoolExecutor(4) as starts:
        signers = list(starts.map(lambda _: signer(settings), range(4)))
    token = signers[0].issue("ann", NOW)
    assert [one.person(token, NOW) for one in signers] == ["ann"] * 4


def test_a_key_may_be_given_itself() -> None:
    settings = Settings(signing_key=generate_key())
    assert signer(settings).person(signer(settings).issue("ann", NOW), NOW) == "ann"


def test_production_makes_no_key(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text(generate_key())
    settings = Settings(environment="production", signing_key=str(path), mail_from="a@benelux.int")
    path.unlink()
    with pytest.raises(SettingsFaulty, match="cannot be read"):
        signer(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["change-me", "-----BEGIN nothing", "é"])
def test_a_file_that_holds_no_key_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsFaulty, match=f"^SLAGBOOM_SIGNING_KEY: {path} "):
        signer(Settings(signing_key=str(path)))
    assert path.read_text(encoding="utf-8") == content


def test_a_place_where_no_key_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(SettingsFaulty, match="cannot be read or made"):
        signer(Settings(signing_key=str(tmp_path / "var/key.pem")))
