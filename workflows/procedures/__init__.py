"""The packaged texts: procedures, parts, words, calendars. The one place of the rules that reads files."""

from __future__ import annotations

from functools import cache
from importlib import resources

LANGUAGES = ("nl", "fr", "de", "en")


def versions() -> tuple[tuple[str, int], ...]:
    """Every packaged procedure as (id, version), sorted."""
    found = []
    for folder in resources.files(__name__).iterdir():
        if folder.is_dir() and folder.name not in {"parts", "calendars", "rules", "drawing", "__pycache__"}:
            found += [
                (folder.name, int(file.name.removesuffix(".yaml")))
                for file in folder.iterdir()
                if file.name.removesuffix(".yaml").isdecimal()
            ]
    return tuple(sorted(found))


def procedure_text(procedure: str, version: int) -> str:
    """The rules of one version. Raises KeyError where there is none."""
    return _text(f"{procedure}/{version}.yaml")


def part_text(part: str) -> str:
    """The rules of a part that procedures include. Raises KeyError where there is none."""
    return _text(f"parts/{part}.yaml")


def words_text(procedure: str, language: str) -> str:
    """The words of a procedure in one of LANGUAGES."""
    return _text(f"{procedure}/words/{language}.yaml")


def part_words_text(language: str) -> str:
    """The words of the parts in one of LANGUAGES."""
    return _text(f"parts/words/{language}.yaml")


def rule_words_text(language: str) -> str:
    """The sentences in which decision rules explain an outcome, in one of LANGUAGES."""
    return _text(f"rules/words/{language}.yaml")


def drawing_words_text(language: str) -> str:
    """The words with which a procedure is drawn and listed, in one of LANGUAGES."""
    return _text(f"drawing/words/{language}.yaml")


def calendar_codes() -> tuple[str, ...]:
    """The codes of the packaged calendars, sorted."""
    names = [file.name for file in resources.files(__name__).joinpath("calendars").iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def calendar_text(code: str) -> str:
    """The public holidays of one calendar. Raises KeyError where there is none."""
    return _text(f"calendars/{code}.yaml")


def released_text() -> str:
    """TOML: the fingerprint of every released version, by `<id>/<version>`."""
    return _text("released.toml")


@cache
def _text(name: str) -> str:
    file = resources.files(__name__).joinpath(name)
    try:
        if ".." not in name and file.is_file():
            return file.read_text(encoding="utf-8")
    except OSError:  # such as a name that is too long for a file
        pass
    raise KeyError(name)
