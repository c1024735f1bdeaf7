"""Drawing: the picture of a procedure; everything is on it, nothing lies over anything, and anybody can read it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import astuple
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.broken import broken
from workflows import procedures, shelf
from workflows.procedure import Procedure
from workflows.proofs.drawing import drawing
from workflows.proofs.lettering import width, wrapped
from workflows.proofs.shapes import Area, Box, Dot, Drawing, Kind, Line, Text
from workflows.proofs.steps import afterwards, drawing_words, said, steps, who
from workflows.proofs.svg import svg
from workflows.wording import Wording, wording

DOCS = Path(__file__).parents[2] / "docs" / "procedures"
SVG = "{http://www.w3.org/2000/svg}"
EACH = [(name, language) for name in shelf.names() for language in procedures.LANGUAGES]


def drawn(name: str, language: str) -> Drawing:
    found = shelf.newest(name)
    return drawing(found, wording(name, found.version, language), language)


def of_kind(picture: Drawing, kind: type[Any]) -> list[Any]:
    return [shape for shape in picture.shapes if isinstance(shape, kind)]


def stretches(line: Line) -> list[Area]:
    """The room that the straight parts of a line take; an arrow is wider at its end."""
    found = [
        Area(min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, abs(a[0] - b[0]) + 2, abs(a[1] - b[1]) + 2)
        for a, b in pairwise(line.points)
    ]
    if line.arrow:
        x, y = line.points[-1]
        found.append(Area(x - 5, y - 5, 10, 10))
    return found


@pytest.mark.parametrize(("name", "language"), EACH)
def test_no_text_lies_over_another_or_off_the_paper(name: str, language: str) -> None:
    picture = drawn(name, language)
    paper = Area(0, 0, picture.width, picture.height)
    assert picture.width == 1280
    texts = of_kind(picture, Text)
    assert [text for text in texts if not paper.holds(text.area)] == []
    assert [(one, other) for one, other in combinations(texts, 2) if one.area.meets(other.area)] == []
    assert min(text.size for text in texts) >= 12


@pytest.mark.parametrize(("name", "language"), EACH)
def test_a_text_is_wholly_inside_a_box_or_wholly_outside_and_no_two_boxes_meet(name: str, language: str) -> None:
    picture = drawn(name, language)
    lanes = [box.area for box in of_kind(picture, Box) if box.kind is Kind.LANE]
    boxes = [box.area for box in of_kind(picture, Box) if box.kind is not Kind.LANE]
    for text in of_kind(picture, Text):
        for area in (*lanes, *boxes):
            assert area.holds(text.area) or not area.meets(text.area), text
    assert [(one, other) for one, other in combinations(boxes, 2) if one.meets(other)] == []
    for box in boxes[1:]:  # the first one is the key's
        assert [lane for lane in lanes if lane.holds(box)], box
    assert [below.y - above.bottom for above, below in pairwise(lanes)] == [0] * (len(lanes) - 1)


@pytest.mark.parametrize(("name", "language"), EACH)
def test_no_line_runs_through_a_text_or_a_box(name: str, language: str) -> None:
    picture = drawn(name, language)
    boxes = [box.area for box in of_kind(picture, Box) if box.kind is not Kind.LANE]
    inner = [Area(box.x + 6, box.y + 6, box.width - 12, box.height - 12) for box in boxes]
    paper = Area(0, 0, picture.width, picture.height)
    for line in of_kind(picture, Line):
        for stretch in stretches(line):
            assert paper.holds(stretch)
            assert [text for text in of_kind(picture, Text) if text.area.meets(stretch)] == [], line
            assert [box for box in inner if box.meets(stretch)] == [], line


@pytest.mark.parametrize(("name", "language"), EACH)
def test_no_two_lines_lie_along_each_other(name: str, language: str) -> None:
    picture = drawn(name, language)
    pairs = [pair for line in of_kind(picture, Line) for pair in pairwise(line.points)]
    level = [(a[1], *sorted((a[0], b[0]))) for a, b in pairs if a[1] == b[1]]
    upright = [(a[0], *sorted((a[1], b[1]))) for a, b in pairs if a[0] == b[0]]
    assert len(level) + len(upright) == len(pairs)
    for lines in (level, upright):
        for one, other in combinations(lines, 2):
            apart = one[0] != other[0] or one[2] <= other[1] or other[2] <= one[1]
            assert apart, (one, other)


@pytest.mark.parametrize(("name", "language"), EACH)
def test_every_step_and_every_stage_is_on_it_in_words(name: str, language: str) -> None:
    found, words = shelf.newest(name), wording(name, 1, language)
    written = " ".join(text.text for text in of_kind(drawn(name, language), Text))
    told = [step for taken in (*steps(found).values(), *afterwards(found).values()) for step in taken]
    assert {step.move for step in told} == set(found.moves)
    for step in told:
        label = words.text("moves", step.move, "label")
        assert f"{label} {who(step.by, words, language)}" in written
    for stage in found.all_stages:
        assert words.stage(stage) in written
        phase = words.text("phases", found.phase_of(stage))
        assert phase is not None
        assert phase in written


@pytest.mark.parametrize("name", shelf.names())
def test_every_step_between_two_stages_is_an_arrow_that_arrives_there(name: str) -> None:
    found, picture = shelf.newest(name), drawn(name, "en")
    arrivals = [line.points[-1] for line in of_kind(picture, Line) if line.arrow]
    texts = of_kind(picture, Text)
    boxes = {
        " ".join(text.text for text in texts if box.area.holds(text.area)): box.area
        for box in of_kind(picture, Box)
        if box.kind is Kind.STAGE
    }
    for taken in steps(found).values():
        for step in taken:
            for end in set(step.ends) - set(found.endings):
                box = boxes[wording(name, 1, "en").stage(end)]
                edge = Area(box.x - 1, box.y - 1, box.width + 2, box.height + 2)
                assert [x for x, y in arrivals if edge.holds(Area(x, y, 0, 0))], (step, end)


@pytest.mark.parametrize(("name", "language"), EACH)
def test_no_word_is_cut(name: str, language: str) -> None:
    found, words, picture = shelf.newest(name), wording(name, 1, language), drawn(name, language)
    texts = of_kind(picture, Text)
    for kind, places in ((Kind.STAGE, found.stages), (Kind.ENDING, found.endings)):
        boxes = [box.area for box in of_kind(picture, Box) if box.kind is kind]
        written = {" ".join(text.text for text in texts if box.holds(text.area)) for box in boxes}
        assert {words.stage(place) for place in places} <= written
    phases = {words.text("phases", found.phase_of(stage)) for stage in found.all_stages}
    assert phases <= set(aside(texts))


def aside(texts: list[Text]) -> list[str]:
    """The names of the lanes; what stands below another line of the same name belongs to it."""
    lines = [text for text in texts if text.x == 24]
    names: list[str] = []
    for above, line in zip([None, *lines], lines, strict=False):
        if above is not None and line.y - above.y == line.size + 4:
            names[-1] += f" {line.text}"
        else:
            names.append(line.text)
    return names


def test_a_way_back_is_dashed_and_goes_up_to_the_stage_it_leads_to() -> None:
    picture = drawn("benelux-obstacle", "en")
    back = [line for line in of_kind(picture, Line) if line.back and line.points[0][0] == line.points[-1][0]]
    assert len(back) == 6  # to the check, the request, exploration, consultation, drafting and the Council
    assert all(line.points[0][1] > line.points[-1][1] for line in back)
    joined = {(dot.x, dot.y) for dot in of_kind(picture, Dot)}
    assert all(line.points[0] in joined for line in back)


@pytest.mark.parametrize("name", shelf.names())
def test_the_picture_in_the_docs_is_this_one_byte_for_byte(name: str) -> None:
    kept = (DOCS / f"{name}.svg").read_bytes()
    assert kept == svg(drawn(name, "en")).encode(), (
        f"docs/procedures/{name}.svg is not current: slagboom procedure diagram {name} --write docs/procedures"
    )


def test_nothing_in_it_is_reckoned_in_fractions() -> None:
    for shape in drawn("benelux-obstacle", "nl").shapes:
        numbers = [shape.x, shape.y] if isinstance(shape, Text | Dot) else []
        numbers += [number for point in shape.points for number in point] if isinstance(shape, Line) else []
        numbers += list(astuple(shape.area)) if isinstance(shape, Box) else []
        assert {type(number) for number in numbers} == {int}


@pytest.mark.parametrize(("name", "language"), EACH)
def test_it_is_one_picture_with_a_name_and_a_description_for_who_does_not_see_it(name: str, language: str) -> None:
    root = ET.fromstring(svg(drawn(name, language)))  # noqa: S314 (what we have made ourselves)
    assert (root.tag, root.get("role"), root.get("lang")) == (f"{SVG}svg", "img", language)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert wording(name, 1, language).text("label") in (title.text or "")
    assert wording(name, 1, language).text("about") in (description.text or "")
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "text", "path", "circle"}  # nothing to run, to fetch or to style
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on") or "href" in key]


def test_endings_differ_by_more_than_colour() -> None:
    picture = drawn("benelux-project", "en")
    endings = [box for box in of_kind(picture, Box) if box.kind is Kind.ENDING]
    assert svg(picture).count('r="4"/>') >= len(endings)  # each carries the sign of an end
    assert "ending" in {text.text for text in of_kind(picture, Text)}


def test_nothing_written_in_a_procedure_can_break_the_picture() -> None:
    spoilt = "a <script>alert(\"&\")</script> 'b'"
    words = Wording({"label": spoilt, "about": spoilt, "stages": {"draft": {"label": spoilt}}})
    picture = drawing(shelf.newest("benelux-project"), words, "en")
    root = ET.fromstring(svg(picture))  # noqa: S314 (what we have made ourselves)
    assert "script" not in {element.tag.removeprefix(SVG) for element in root.iter()}
    assert spoilt in "".join(root.itertext())


def test_the_picture_of_another_procedure_holds_too() -> None:
    """One without words, with a stage fewer of its own way ahead."""
    procedure: Procedure = broken(
        "benelux-project", ("from: preparing\n    to: running", "from: proposed\n    to: running")
    )
    picture = drawing(procedure, Wording({}), "fr")
    texts = of_kind(picture, Text)
    assert [(one, other) for one, other in combinations(texts, 2) if one.area.meets(other.area)] == []


def test_words_are_given_room_and_a_word_that_is_too_long_is_cut() -> None:
    assert width("é", 12) == width("e", 12) > width("i", 12)
    assert width("e", 12, bold=True) > width("e", 12)
    assert wrapped("one two three", 12, 60) == ("one two", "three")
    lines = wrapped("Grundstücksverkehrsgenehmigungszuständigkeit", 14, 100)
    assert len(lines) > 1
    assert all(width(line, 14) <= 100 for line in lines)


@pytest.mark.parametrize("language", procedures.LANGUAGES)
def test_the_words_of_the_drawing_are_complete_in_every_language(language: str) -> None:
    words, english = drawing_words(language).words, drawing_words("en").words
    assert words.keys() == english.keys()
    assert words["status"].keys() == english["status"].keys()
    for key in english.keys() - {"status"}:
        assert set(re.findall(r"{\w+}", words[key])) == set(re.findall(r"{\w+}", english[key])), key
    with pytest.raises(KeyError, match=r"nothing"):
        said(language, "nothing")
