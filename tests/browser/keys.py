"""Keys: hands on a keyboard alone, which know what has the focus by its name, and see to it that it can be seen."""

from __future__ import annotations

from datetime import date

from tests.browser.walking import Walker

MOST = 80
"""So many keys lead to anything on a page."""
NAMED = """() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  if (!one.matches("a, button, input, select, textarea, summary")) return "#" + one.id;
  const chosen = one.type === "radio" || one.type === "checkbox";
  const group = chosen ? one.closest("fieldset")?.querySelector("legend") : null;
  const label = one.labels?.length ? one.labels[0].innerText : one.getAttribute("aria-label") ?? one.innerText;
  return (group ? group.innerText + " :: " : "") + label;
}"""
OF = " :: "
"""Stands between a question and one of its answers."""
SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  // The button of a calendar is a stop inside its field: there it is the field that shows where one is.
  const marked = one.type === "date" && getComputedStyle(one).outlineStyle === "solid";
  return (one.matches(":focus-visible") || marked) && box.bottom > 0 && box.top < innerHeight;
}"""
NAMED_AND_SEEN = f"() => [({NAMED})(), ({SEEN})()]"


class Keys:
    """Hands on a keyboard: what has the focus is known by its name, as a screen reader says it."""

    def __init__(self, walker: Walker) -> None:
        self.walker, self.page = walker, walker.page

    def focus(self) -> str:
        """What has the focus; empty where nothing has."""
        return " ".join(self.page.evaluate(NAMED).split())

    def reach(self, name: str, *, among: str = "") -> None:
        """Press Tab until this has the focus; on the way the focus is always on something, and can be seen."""
        passed, here = [], self.focus()
        for _ in range(MOST):
            if name in here and among in here:
                return
            self.page.keyboard.press("Tab")
            here, seen = self.page.evaluate(NAMED_AND_SEEN)
            here = " ".join(here.split())
            passed.append(here)
            assert here == "" or seen, f"the focus cannot be seen: {here}"
        raise AssertionError(f"no key leads to {name}; on the way: {passed}")

    def write(self, label: str, text: str) -> None:
        """Reach a field and type."""
        self.reach(label)
        self.page.keyboard.insert_text(text)

    def choose(self, question: str, option: str) -> None:
        """Reach a question of circles or boxes, and go to the answer: arrows choose a circle, Space a box."""
        self.reach(question, among=OF)
        for _ in range(MOST):
            if self.focus().endswith(option):
                self.page.keyboard.press("Space")
                return
            kind = self.page.locator(":focus").get_attribute("type")
            self.page.keyboard.press("ArrowDown" if kind == "radio" else "Tab")
        raise AssertionError(f"no key leads to {option}")

    def choose_listed(self, label: str, option: str) -> None:
        """Reach a list, and type how the answer begins."""
        self.reach(label)
        self.page.keyboard.type(option)

    def press(self, name: str, key: str = "Enter") -> None:
        """Reach a link or a button, and press it."""
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def mark(self, box: str) -> None:
        """Reach a box, or one answer of several, and mark it."""
        self.reach(box)
        self.page.keyboard.press("Space")
        assert self.page.locator(":focus").is_checked()

    def write_day(self, label: str, day: date) -> None:
        """Reach a day and type its figures, in the order in which this browser asks for them."""
        self.reach(label)
        field = self.page.locator(":focus")
        for order in ("%d%m%Y", "%m%d%Y", "%Y%m%d"):
            self.page.keyboard.type(day.strftime(order))
            if field.input_value() == day.isoformat():
                return
            for _ in range(3):  # back to its first part
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"no order of figures writes {day} into {label}")
