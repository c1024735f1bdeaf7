"""Walking: what somebody at a browser does and sees, named as people name it: links, buttons, labels, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from service.demo.journey.mailbox import Mail, Mailbox

REFERENCE = re.compile(r"OBS-\d{4}-\d{4}")
LINK = re.compile(r"https?://[^\s>)]+")


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody at a browser of her own, who reads her mail."""

    email: str
    page: Page
    mailbox: Mailbox

    @property
    def path(self) -> str:
        """Where she is."""
        return urlsplit(self.page.url).path

    @property
    def main(self) -> Locator:
        """What the page is about."""
        return self.page.locator("main")

    def open(self, address: str) -> None:
        """Go to an address, as one does from a bookmark or from a mail."""
        self.page.goto(address)

    def sign_in(self, password: str) -> None:
        """Fill in the form that is before her, whatever language it is in."""
        self.page.locator("input[type=email]").fill(self.email)
        self.page.locator("input[type=password]").fill(password)
        with self.page.expect_navigation():
            self.page.locator("input[type=password]").press("Enter")

    def follow(self, link: str, *, inside: str | None = None, exact: bool = False) -> None:
        """Click the one link of this name; `inside`: in the part of the page that shows these words."""
        place = self.part(inside) if inside is not None else self.main
        with self.page.expect_navigation():
            place.get_by_role("link", name=link, exact=exact).click()

    def turn_to(self, page: str) -> None:
        """Choose a page from the menu above every page."""
        with self.page.expect_navigation():
            self.page.get_by_role("navigation").get_by_role("link", name=page).click()

    def press(self, button: str) -> None:
        """Press the one button of this name, and wait for the page that comes of it."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def write(self, label: str, text: str, *, inside: str | None = None) -> None:
        """Fill in the one field of this label."""
        place = self.group(inside) if inside is not None else self.main
        place.get_by_label(label).fill(text)

    def attach(self, label: str, name: str, content: str | bytes) -> None:
        """Choose a file of this name."""
        content = content.encode() if isinstance(content, str) else content
        self.main.get_by_label(label).set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})

    def choose(self, question: str, *options: str) -> None:
        """Choose from the answers to a question, from a list or by circles and boxes."""
        listed = self.main.get_by_role("combobox", name=question)
        if listed.count():
            listed.select_option(label=options[0])
            return
        for option in options:
            self.group(question).get_by_label(option, exact=True).check()

    def group(self, name: str) -> Locator:
        """The questions that stand together under this name."""
        return self.main.get_by_role("group", name=name)

    def part(self, words: str) -> Locator:
        """The line, the card or the section that shows these words."""
        return self.page.locator("tr, article, section, li, .app-card").filter(has_text=words).last

    def stands_at(self, heading: str) -> None:
        """The page that she is on is called so."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)

    def sees(self, *texts: str) -> None:
        """All of this stands on the page."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def misses(self, *texts: str) -> None:
        """None of this stands on the page."""
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def reference(self) -> str:
        """The first reference that the page names."""
        found = REFERENCE.search(self.main.inner_text())
        assert found is not None, self.main.inner_text()
        return found[0]

    def mail(self, notice: str, about: str) -> Mail:
        """The newest mail of this kind that she has about a case; it may still be on its way."""

        def mine(mail: Mail) -> bool:
            return (mail.to, mail.notice, mail.case) == (self.email, notice, about)

        assert self.mailbox.wait_for(mine) is not None, f"{self.email} has no {notice} about {about}"
        return [mail for mail in self.mailbox.mails() if mine(mail)][-1]

    def follow_mail(self, notice: str, about: str) -> Mail:
        """Open the first address that a mail names."""
        mail = self.mail(notice, about)
        found = LINK.search(mail.text)
        assert found is not None, mail.text
        self.open(found[0])
        return mail
