"""SVG: a drawing as a picture that needs no style sheet, no script and no font of its own."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.proofs.shapes import Area, Box, Dot, Drawing, Kind, Line, Shape, Text

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
PAPER, INK, TINT, RULE = "#ffffff", "#111111", "#f1f4f8", "#5b6675"
"""On paper of its own, so that it reads the same on a dark page, with forced colours and in print."""
ARROW, HALF = 10, 5


def svg(drawing: Drawing) -> str:
    """The drawing as an SVG document: the same bytes wherever it is made."""
    wide, high, name = drawing.width, drawing.height, _escaped(drawing.name)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
        f' role="img" aria-labelledby="{name}-title {name}-description" lang="{drawing.language}"'
        f' xml:lang="{drawing.language}" font-family="{FONT}" fill="{INK}">'
    )
    lines = [
        opening,
        f'<title id="{name}-title">{_escaped(drawing.title)}</title>',
        f'<desc id="{name}-description">{_escaped(drawing.description)}</desc>',
        f'<rect width="{wide}" height="{high}" fill="{PAPER}"/>',
        *(line for shape in drawing.shapes for line in _drawn(shape)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def _escaped(text: str) -> str:
    return text.translate(_SIGNS)


def _drawn(shape: Shape) -> Iterator[str]:
    match shape:
        case Text():
            weight = ' font-weight="bold"' if shape.bold else ""
            yield f'<text x="{shape.x}" y="{shape.y}" font-size="{shape.size}"{weight}>{_escaped(shape.text)}</text>'
        case Dot():
            yield f'<circle cx="{shape.x}" cy="{shape.y}" r="{shape.radius}"/>'
        case Line():
            yield from _line(shape)
        case Box():
            yield from _box(shape.area, shape.kind)


def _line(line: Line) -> Iterator[str]:
    points = list(line.points)
    end, before = points[-1], points[-2]
    across, down = _sign(end[0] - before[0]), _sign(end[1] - before[1])
    if line.arrow:  # the line stops inside the head, or it would show at its tip
        points[-1] = (end[0] - across * (ARROW - 2), end[1] - down * (ARROW - 2))
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    dashes = ' stroke-dasharray="6 4"' if line.back else ""
    yield f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.5"{dashes}/>'
    if line.arrow:
        x, y = end[0] - across * ARROW, end[1] - down * ARROW
        corners = f"{x + down * HALF} {y + across * HALF}L{x - down * HALF} {y - across * HALF}"
        yield f'<path d="M{end[0]} {end[1]}L{corners}Z"/>'


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _box(area: Area, kind: Kind) -> Iterator[str]:
    match kind:
        case Kind.LANE:
            yield _rect(area, f'fill="{TINT}" stroke="{RULE}"')
        case Kind.STAGE:
            yield _rect(area, f'rx="4" fill="{PAPER}" stroke="{INK}" stroke-width="2.5"')
        case Kind.NAME:
            yield _rect(area, f'fill="{PAPER}" stroke="{RULE}"')
        case Kind.ENDING:
            yield _rect(area, f'rx="12" fill="{PAPER}" stroke="{INK}" stroke-width="1.5"')
            inner = Area(area.x + 3, area.y + 3, area.width - 6, area.height - 6)
            yield _rect(inner, f'rx="9" fill="none" stroke="{INK}"')
            x, y = area.x + 19, area.y + min(area.height // 2, 16)
            yield f'<circle cx="{x}" cy="{y}" r="7" fill="none" stroke="{INK}" stroke-width="1.5"/>'
            yield f'<circle cx="{x}" cy="{y}" r="4"/>'


def _rect(area: Area, look: str) -> str:
    return f'<rect x="{area.x}" y="{area.y}" width="{area.width}" height="{area.height}" {look}/>'
