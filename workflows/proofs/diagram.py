"""Diagram: a procedure as a drawing, and as a page that a lawyer can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflows.clock_rule import ClockRule, Notices
from workflows.procedure import BACK, ENDED, SAME, Act, Move, Procedure, Tells
from workflows.proofs.steps import outline, said
from workflows.proofs.ways import beginnings, ways
from workflows.wording import Wording


def mermaid(procedure: Procedure, words: Wording) -> str:
    """The procedure as a Mermaid state diagram, labelled in the language of the words.

    A way back is drawn to each stage to which it may lead. What is done with a case that has ended (a review, a
    reopening) is left out: it would draw a line from every ending to every stage.
    """
    lines = ["stateDiagram-v2", "    direction TB", *_stages(procedure, words), f"    [*] --> {procedure.starts_in}"]
    for (start, end), moves in _drawn(procedure).items():
        labels = " / ".join(words.text("moves", move, "label") or move for move in moves)
        lines.append(f"    {start} --> {end}: {_safe(labels)}")
    lines += [f"    {ending} --> [*]" for ending in procedure.endings]
    return "\n".join(lines) + "\n"


def _stages(procedure: Procedure, words: Wording) -> Iterator[str]:
    """Every stage under the name of its phase, which stands in a note at its first stage."""
    phases = dict.fromkeys(procedure.phase_of(stage) for stage in procedure.all_stages)
    for phase in phases:
        label = words.text("phases", phase) or phase
        yield f"    %% {label}"
        of_phase = [stage for stage in procedure.all_stages if procedure.phase_of(stage) == phase]
        yield from (f'    state "{_safe(words.stage(stage))}" as {stage}' for stage in of_phase)
        if phase != ENDED:
            yield f"    note left of {of_phase[0]}: {_safe(label)}"


def _drawn(procedure: Procedure) -> dict[tuple[str, str], list[str]]:
    """Every line to draw, with the moves that it stands for."""
    lines: dict[tuple[str, str], dict[str, None]] = {}
    order = list(procedure.all_stages)
    for way in ways(procedure, beginnings(procedure)):
        if way.end is not None and way.start.stage not in procedure.endings:
            lines.setdefault((way.start.stage, way.end.stage), {})[way.move.name] = None
    moves = list(procedure.moves)
    ordered = sorted(lines, key=lambda line: (order.index(line[0]), order.index(line[1])))
    return {line: sorted(lines[line], key=moves.index) for line in ordered}


_SIGNS = str.maketrans({"#": "#35;", '"': "#quot;", ";": "#59;", ":": "#58;"})


def _safe(label: str) -> str:
    """A label in which Mermaid finds none of its own signs."""
    return label.translate(_SIGNS)


def page(procedure: Procedure, words: Wording, language: str = "en") -> str:
    """The procedure as a page in Markdown: what it is for, its picture, the same in words, and a table of the rest.

    The picture is a file of its own beside the page: `svg` of the drawing.
    """
    parts = [
        f"# {words.text('label') or procedure.id}",
        words.text("about") or "",
        f"`{procedure.id}`, version {procedure.version} ({procedure.status}). {_bases(procedure)}",
        *_pictured(procedure, words, language),
        f"## Mermaid\n\n```mermaid\n{mermaid(procedure, words)}```",
        *_section("Roles", ("Role", "Who", "On a case"), _role_rows(procedure, words)),
        *_section("Stages", ("Stage", "Phase", "Waits for", "What happens"), _stage_rows(procedure, words)),
        *_section("Endings", ("Ending", "What it means", "What can be done"), _ending_rows(procedure, words)),
        *_section(
            "Moves",
            ("Move", "From", "To", "By", "Only if", "Asks", "Does", "Clocks", "Tells"),
            (_move_row(move, words) for move in procedure.moves.values()),
        ),
        *_section("Conditions", ("Condition", "When it is not met"), _guard_rows(procedure, words)),
        *_section(
            "Acts",
            ("Act", "In", "By", "Asks", "Tells"),
            (_act_row(procedure, act, words) for act in procedure.acts.values()),
        ),
        *_section(
            "Clocks",
            ("Clock", "Kind", "Of", "Length", "Counted", "Basis", "Before", "Late"),
            (_clock_row(rule, words) for rule in procedure.clocks.values()),
        ),
        *_section(
            "Consultations", ("Consultation", "Voters", "Advisers", "Rule"), _consultation_rows(procedure, words)
        ),
        *_section(
            "Decision rules",
            ("Rule", "An abstention", "A reservation", "All abstain", "Somebody silent on closing"),
            _rule_rows(procedure),
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _pictured(procedure: Procedure, words: Wording, language: str) -> Iterator[str]:
    """The picture, and the text that says the same to whoever does not see it."""
    title = said(language, "title", label=words.text("label") or procedure.id)
    yield f"![{title}]({procedure.id}.svg)"
    yield "## In words"
    for passage in outline(procedure, words, language):
        yield f"### {passage.phase[:1].upper()}{passage.phase[1:]}"
        yield "\n".join(f"- {_cell(step)}" for step in passage.steps)


def _section(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    lines = [f"| {' | '.join(_cell(one) for one in row)} |" for row in rows]
    if not lines:
        return ()
    table = "\n".join([f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *lines])
    return f"## {title}", table


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ") or "–"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _named(code: str, label: str | None) -> str:
    return f"`{code}` {label}" if label and label != code else f"`{code}`"


def _bases(procedure: Procedure) -> str:
    """What the periods and steps rest on, in the words of the file."""
    return "Basis: " + "; ".join(f"{name} = {text}" for name, text in procedure.sources.items()) + "."


def _role_rows(procedure: Procedure, words: Wording) -> Iterator[tuple[str, ...]]:
    for word, rule in procedure.roles.items():
        yield f"`{word}`", words.text("roles", word) or "", f"{rule.role} of {rule.of}"


def _stage_rows(procedure: Procedure, words: Wording) -> Iterator[tuple[str, ...]]:
    for stage in procedure.stages.values():
        yield (
            _named(stage.name, words.stage(stage.name)),
            words.text("phases", stage.phase) or stage.phase,
            _codes([stage.waits_for] if stage.waits_for else []),
            words.text("stages", stage.name, "explanation") or "",
        )


def _ending_rows(procedure: Procedure, words: Wording) -> Iterator[tuple[str, ...]]:
    for ending in procedure.endings:
        said = (words.text("endings", ending, part) or "" for part in ("explanation", "remedy"))
        yield (_named(ending, words.stage(ending)), *said)


def _move_row(move: Move, words: Wording) -> tuple[str, ...]:
    target = {SAME: "stays", BACK: "back to the last anchor"}.get(move.target, f"`{move.target}`")
    asked = [f"{field.name}{' (optional)' if field.optional else ''}" for field in move.asks]
    return (
        _named(move.name, words.text("moves", move.name, "label")),
        _codes(move.sources),
        target,
        _codes(move.by),
        _codes(move.guards),
        ", ".join([*asked, *(["reason"] if move.reason_required else [])]),
        ", ".join(_deeds(move)),
        "; ".join(f"{change} {_codes(clocks)}" for change, clocks in _clock_changes(move) if clocks),
        _told(move.tells),
    )


def _deeds(move: Move) -> Iterator[str]:
    for key in (
        "opens",
        "closes",
        "cancels",
        "drafts",
        "freezes",
        "unfreezes",
        "numbers",
        "spawns",
        "links",
        "unlinks",
    ):
        what = getattr(move, key)
        if what:
            yield f"{key} {what}"
    if move.follows:
        yield f"{move.follows} follows the other case"


def _clock_changes(move: Move) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("starts", move.starts),
        ("meets", move.meets),
        ("stops", move.stops),
        ("suspends", move.suspends),
        ("resumes", move.resumes),
    )


def _told(tells: Tells | Notices) -> str:
    pairs = tells if isinstance(tells, tuple) else tuple(tells.items())
    return "; ".join(f"{notice}: {', '.join(roles)}" for notice, roles in pairs)


def _guard_rows(procedure: Procedure, words: Wording) -> Iterator[tuple[str, ...]]:
    for guard in dict.fromkeys(guard for move in procedure.moves.values() for guard in move.guards):
        yield f"`{guard}`", words.text("guards", guard, "refused") or ""


def _act_row(procedure: Procedure, act: Act, words: Wording) -> tuple[str, ...]:
    groups = {procedure.all_stages: "every stage", procedure.open_stages: "every open stage"}
    once = (f"when all are in ({stage}), {_told(tells)}" for stage, tells in act.when_all.items())
    return (
        _named(act.name, words.text("acts", act.name, "label")),
        groups.get(act.stages, _codes(act.stages)),
        _codes(act.by),
        ", ".join([*(field.name for field in act.asks), *(["reason"] if act.reason_required else [])]),
        "; ".join(filter(None, (_told(act.tells), *once))),
    )


def _clock_row(rule: ClockRule, words: Wording) -> tuple[str, ...]:
    marks = [(str(period), heard) for period, heard in rule.before]
    marks += [(f"{share}%", heard) for share, heard in rule.at]
    counted = [str(rule.rule) if rule.rule else "", f"calendar {rule.calendar}" if rule.calendar else ""]
    counted.append(f"from {rule.counted_from}" if rule.counted_from else "")
    counted.append(f"restarted by {rule.restarted_by}" if rule.restarted_by else "")
    counted.append(f"repeats {rule.repeats}" if rule.repeats else "")
    return (
        _named(rule.name, words.text("clocks", rule.name, "label")),
        str(rule.kind),
        f"`{rule.of}`",
        "no period known" if rule.length is None else str(rule.length),
        ", ".join(filter(None, counted)),
        rule.basis,
        "; ".join(f"{mark} {_told(heard)}" for mark, heard in marks),
        _told(rule.late),
    )


def _consultation_rows(procedure: Procedure, words: Wording) -> Iterator[tuple[str, ...]]:
    for name, rule in procedure.consultations.items():
        yield (
            _named(name, words.text("consultations", name, "label")),
            f"{', '.join(rule.voters)} (`{rule.by}`)",
            "as invited" if rule.advisers else "none",
            rule.rule,
        )


def _rule_rows(procedure: Procedure) -> Iterator[tuple[str, ...]]:
    for name, rule in procedure.rules.items():
        blocks = ("blocks" if it else "does not block" for it in (rule.abstention_blocks, rule.reservations_block))
        yield (f"`{name}`", *blocks, str(rule.all_abstain), str(rule.unanswered_at_close))
