"""What may stand in the environment, and what is said about what may not."""

import re
from pathlib import Path

import pytest

from service.auth.tokens import generate_key
from service.settings import GENERATED_KEY, PREFIX, Environment, Settings, SettingsFaulty
from tests.architecture.source import ROOT

KEY = generate_key()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder and an environment without any setting."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_an_environment_everything_is_in_var_of_this_folder(folder: Path) -> None:
    settings = Settings.read()
    assert settings.database_url == f"sqlite:///{folder}/var/slagboom.db"
    assert settings.mail_url == f"maildir:{folder}/var/mail"
    assert settings.files == folder / "var/files"
    assert settings.signing_key_file == folder / "var/signing-key.pem"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.environment is Environment.DEVELOPMENT


def test_reading_makes_no_folder(folder: Path) -> None:
    Settings.read()
    assert list(folder.iterdir()) == []


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLAGBOOM_PORT", "9000")
    monkeypatch.setenv("SLAGBOOM_HOST", "")
    settings = Settings.read()
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 9000, "http://127.0.0.1:9000")


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLAGBOOM_PORT", "9000")
    assert Settings.read(port=9001).port == 9001


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - nothing listens here
        ("::", "http://[::1]:8000"),
        ("cases.benelux.int", None),
    ],
)
def test_links_lead_to_an_address_that_a_browser_can_open(host: str, address: str | None) -> None:
    assert Settings.read(host=host).public_url == (address or f"http://{host}:8000")


@pytest.mark.parametrize("url", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_means_the_same_driver(url: str) -> None:
    assert Settings.read(database_url=f"{url}://ann@db/cases").database_url == "postgresql+psycopg://ann@db/cases"


def test_a_relative_database_is_in_this_folder_and_an_absolute_one_where_it_says(folder: Path) -> None:
    assert Settings.read(database_url="sqlite:///a.db").database_url == f"sqlite:///{folder}/a.db"
    assert Settings.read(database_url="sqlite:////srv/a.db").database_url == "sqlite:////srv/a.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("environment", "staging"),
        ("host", "two words"),
        ("port", "http"),
        ("port", "65536"),
        ("database_url", "mysql://h/d"),
        ("database_url", "sqlite://"),
        ("database_url", "sqlite:///:memory:"),
        ("database_url", "sqlite:///a.db?mode=ro"),
        ("database_url", "sqlite:///a%00b.db"),
        ("database_url", "postgresql://u:geheim@h:port/d"),
        ("mail_url", "maildir:"),
        ("mail_url", "imap://h"),
        ("mail_url", "smtp://"),
        ("mail_url", "smtp://u:geheim@h:99999"),
        ("mail_url", "smtp://u@h"),
        ("mail_url", "smtp://u:geheim@h/folder"),
        ("mail_url", "smtp://u:geh%C3%A9im@h"),
        ("mail_url", "smtp://h?starttls=perhaps"),
        ("mail_url", "smtp://h?tls=never"),
        ("mail_url", "smtps://h?starttls=never"),
        ("mail_from", "nobody"),
        ("mail_from", "a@b.eu, c@d.eu"),
        ("mail_from", "a@b.eu\nBcc: c@d.eu"),
        ("public_url", "cases.benelux.int"),
        ("public_url", "https://cases.benelux.int/?a=b"),
        ("public_url", "https://cases.benelux.int\nX: y"),
        ("public_url", "https://cases.benelux.int/a b"),
        ("signing_key", "geheim\ngeheim"),
    ],
)
def test_a_bad_value_is_named_in_one_line_and_not_repeated(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)
    with pytest.raises(SettingsFaulty) as caught:
        Settings.read()
    message = str(caught.value)
    assert message.startswith(f"{PREFIX}{name.upper()}: ")
    assert "\n" not in message
    assert "geheim" not in message


def test_every_bad_value_is_named_at_once() -> None:
    with pytest.raises(SettingsFaulty, match=r"^SLAGBOOM_HOST: .*; SLAGBOOM_PORT: "):
        Settings.read(host="", port="x")


def test_secrets_are_not_shown() -> None:
    settings = Settings.read(database_url="postgresql://u:geheim@h/d", mail_url="smtp://u:geheim@h", signing_key=KEY)
    assert "geheim" not in repr(settings)
    assert "BEGIN" not in str(settings)


def test_a_key_may_be_given_itself_with_its_line_ends_escaped() -> None:
    settings = Settings.read(signing_key=KEY.strip().replace("\n", "\\n"))
    assert (settings.signing_key, settings.signing_key_file) == (KEY, None)


CHOSEN = {
    "environment": "production",
    "signing_key": KEY,
    "mail_from": "Slagboom <slagboom@cases.benelux.int>",
    "database_url": "postgresql://slagboom:correct-horse@db/cases",
    "mail_url": "smtps://slagboom:8371-9283@mail.benelux.int",
}


def test_production_takes_what_somebody_chose() -> None:
    assert Settings.read(**CHOSEN).environment is Environment.PRODUCTION


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signing_key", "var/signing-key.pem"),
        ("signing_key", f"{GENERATED_KEY}\n{KEY}"),
        ("database_url", "postgresql://slagboom:Change-Me@db/cases"),
        ("database_url", "postgresql://slagboom:@db/cases"),
        ("mail_url", "smtp://slagboom:pass%77ord@mail.benelux.int"),
        ("mail_from", "slagboom@localhost.localdomain"),
        ("mail_from", "Slagboom <slagboom@example.org>"),
    ],
)
def test_production_refuses_what_nobody_chose(name: str, value: str) -> None:
    with pytest.raises(SettingsFaulty, match=f"^SLAGBOOM_{name.upper()}: "):
        Settings.read(**{**CHOSEN, name: value})


def test_production_refuses_the_key_that_was_made_at_first_start(folder: Path) -> None:
    path = folder / "key.pem"
    path.write_text(f"{GENERATED_KEY}\n{KEY}")
    with pytest.raises(SettingsFaulty, match="SIGNING_KEY: was made for development"):
        Settings.read(**{**CHOSEN, "signing_key": str(path)})


def test_every_setting_is_documented_with_its_default(folder: Path) -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(SLAGBOOM_\w+)` \| `([^`]+)` \| .+ \|$", page, re.MULTILINE))
    settings = Settings.read()
    defaults = {
        f"{PREFIX}{name.upper()}": str(getattr(settings, name)).replace(f"{folder}/", "")
        for name in Settings.model_fields
    }
    assert documented == defaults


def test_another_program_gets_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_OF_SOMETHING_ELSE", "kept")
    monkeypatch.setenv("SLAGBOOM_MAIL_FROM", "Slagboom <post@benelux.int>")
    settings = Settings.read(port=0, database_url="postgresql://user:pw@db/slagboom", signing_key=KEY)
    environment = settings.handed_on()
    assert environment["HOME_OF_SOMETHING_ELSE"] == "kept"
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings.read() == settings
