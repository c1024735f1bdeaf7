"""The weekly digest: what is asked first, every number a way to its list, and the seal."""

import dataclasses
from datetime import date
from email.message import EmailMessage

import pytest

from notifications.digest import render_digest
from tests.notifications.digests import digest, line
from tests.notifications.letters import MAIL_FROM, PUBLIC_URL, WRITTEN_AT, addressee
from workflows.notices import Digest, DigestSection


def mail(week: Digest, language: str = "en") -> EmailMessage:
    return render_digest(
        week,
        addressee(language, "minister_office"),
        message_id="<digest@slagboom.benelux.example>",
        created_at=WRITTEN_AT,
        public_url=PUBLIC_URL,
        mail_from=MAIL_FROM,
    )


def part(week: Digest, kind: str = "plain") -> str:
    body = mail(week).get_body((kind,))
    assert body is not None
    return str(body.get_content())


def week(*sections: DigestSection) -> Digest:
    return dataclasses.replace(digest("en"), sections=sections)


def section(name: str, *lines: object, count: int | None = None, query: str = "status=late") -> DigestSection:
    known = dataclasses.replace(digest("en").sections[0], name=name, query=query)
    return dataclasses.replace(known, count=len(lines) if count is None else count, lines=lines)


def test_the_headers_are_those_of_a_mail_without_a_case() -> None:
    message = mail(digest("en"))
    assert message["Subject"] == "Overview of week 2026-W48 for België"
    assert message["Message-ID"] == "<digest@slagboom.benelux.example>"
    assert message["X-Slagboom-Notice"] == "digest"
    assert message["X-Slagboom-Case"] is message["X-Slagboom-Event"] is None


def test_every_number_leads_to_the_list_that_it_counts() -> None:
    known = digest("en")
    for shown in known.sections:
        if shown.count:
            address = f"{PUBLIC_URL}/cases?{shown.query}"
            assert f"[{shown.count}]({address})" in part(known)
            assert f'<a href="{address.replace("&", "&amp;")}">{shown.count}</a>' in part(known, "html")


def test_what_is_asked_comes_first_and_what_is_over_last() -> None:
    names = ("ended", "filed", "adopted", "late", "advanced", "asked")
    said = part(week(*(section(name, line("en", None)) for name in names)))
    titles = ("Asked of you", "Late", "Newly filed", "A step further", "Adopted", "Closed")
    assert sorted(titles, key=lambda title: said.index(f"## {title}:")) == list(titles)


def test_a_section_without_cases_is_left_out() -> None:
    assert "## Late" not in part(digest("en"))


def test_an_office_of_whom_nothing_is_asked_reads_so() -> None:
    assert "Nothing is asked of you" in part(week(section("filed", line("en", "submit"))))
    assert "Nothing is asked of you" not in part(digest("en"))


def test_a_case_stands_once_with_its_newest_step_first() -> None:
    other = {"case": "2", "reference": "OBS-2026-0002"}
    newest = line("en", "open_consultation", on=date(2026, 11, 27))
    between = line("en", "register", on=date(2026, 11, 26), **other)
    oldest = line("en", "declare_admissible", on=date(2026, 11, 25))
    said = part(week(section("advanced", newest, between, oldest, count=2)))
    assert said.count("**OBS-2026-0001**") == said.count("**OBS-2026-0002**") == 1
    assert said.index("27 November") < said.index("25 November") < said.index("OBS-2026-0002") < said.index("26 Nov")
    assert "more." not in said


def test_the_rest_of_a_long_list_is_counted_too() -> None:
    assert f"And [5]({PUBLIC_URL}/cases?asked_of=BE) more." in part(digest("en"))


def test_the_seal_is_printed() -> None:
    assert "a7" * 32 in part(digest("en"))
    assert "Seal" not in part(dataclasses.replace(digest("en"), seal=None))


def test_the_last_day_of_the_week_is_a_sunday() -> None:
    assert "from 23 November 2026 to 29 November 2026" in part(digest("en"))


@pytest.mark.parametrize("title", ["<b>x</b>", "[x](https://evil.example)", "x\n\n# y"])
def test_a_title_is_no_markup(title: str) -> None:
    page = part(week(section("late", dataclasses.replace(line("en", None), title=title))), "html")
    assert "evil.example&quot;" not in page
    assert 'href="https://evil.example' not in page
    assert "<b>" not in page
    assert "<h1>" not in page


def test_a_query_cannot_end_its_link() -> None:
    page = part(week(section("late", line("en", None), query='q=")<b> x')), "html")
    assert '<a href="https://slagboom.benelux.example/cases?q=%22%29%3Cb%3E%20x">1</a>' in page
