"""`slagboom procedure`: what the procedures are, and the proof that they hold."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli import Failed
from workflows import procedures, shelf
from workflows.procedure import Procedure

LANGUAGE = click.option("--language", type=click.Choice(procedures.LANGUAGES), default="en", show_default=True)


@click.group()
def procedure() -> None:
    """Procedures are data: list, show, draw and prove them."""


@procedure.command("list")
@LANGUAGE
def list_(language: str) -> None:
    """Every version of every procedure."""
    from workflows.wording import wording

    for name, version in procedures.versions():
        found = shelf.procedure(name, version)
        label = wording(name, version, language).text("label") or ""
        click.echo(f"{name:<20} {version:>3}  {found.status:<9} {found.fingerprint[:12]}  {label}")


@procedure.command()
@click.argument("name")
@LANGUAGE
def show(name: str, language: str) -> None:
    """The stages, moves and clocks of a procedure, in words. NAME may carry a version: benelux-obstacle/1."""
    from workflows.proofs.diagram import page
    from workflows.wording import wording

    found = _found(name)
    click.echo(page(found, wording(found.id, found.version, language), language), nl=False)


@procedure.command()
@click.argument("name", required=False)
@LANGUAGE
@click.option("--svg", "as_svg", is_flag=True, help="As an SVG picture, not in Mermaid.")
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the pages and their pictures there; with --svg, the pictures alone.",
)
def diagram(name: str | None, language: str, as_svg: bool, folder: Path | None) -> None:
    """The diagram of a procedure, in Mermaid or as a picture; with --write, page and picture into a folder."""
    from workflows.proofs.diagram import mermaid, page
    from workflows.proofs.drawing import drawing
    from workflows.proofs.svg import svg
    from workflows.wording import wording

    if as_svg and folder is None and name is None:
        raise click.UsageError("--svg prints one picture: give the NAME of a procedure, or a folder with --write")
    chosen = [_found(name)] if name else [shelf.newest(known) for known in shelf.names()]
    for found in chosen:
        words = wording(found.id, found.version, language)
        picture = svg(drawing(found, words, language))
        if folder is None:
            click.echo(picture if as_svg else mermaid(found, words), nl=False)
            continue
        folder.mkdir(parents=True, exist_ok=True)
        _kept(folder / f"{found.id}.svg", picture)
        if not as_svg:
            _kept(folder / f"{found.id}.md", page(found, words, language))


def _kept(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
    click.echo(path)


@procedure.command()
@click.argument("name", required=False)
def verify(name: str | None) -> None:
    """Prove that every version can be walked from filing to an ending, with nothing unknown and nobody left out."""
    from workflows.proofs.verify import verify as faults_of

    chosen = [_found(name)] if name else [shelf.procedure(*known) for known in procedures.versions()]
    faulty = 0
    for found in chosen:
        faults = faults_of(found)
        for fault in faults:
            click.echo(str(fault))
        faulty += len(faults)
        if not faults:
            moves, stages = len(found.moves), len(found.stages) + len(found.endings)
            click.echo(f"{found.id}/{found.version}: holds ({stages} stages and endings, {moves} moves)")
    if faulty:
        raise Failed(f"{faulty} fault{'s' if faulty > 1 else ''} found; they are named above")


@procedure.command()
@click.argument("name")
@click.option("--seed", default=1, show_default=True, help="Another seed, another walk.")
@click.option("--steps", default=40, show_default=True, help="At most so many moves.")
def simulate(name: str, seed: int, steps: int) -> None:
    """Walk a made-up case through a procedure, move by move, until it ends."""
    from workflows.proofs.simulate import simulate as walk

    for step in walk(_found(name), seed=seed, steps=steps):
        click.echo(str(step))


def _found(name: str) -> Procedure:
    """The procedure of a name like benelux-obstacle or benelux-obstacle/1."""
    id, _, version = name.partition("/")
    try:
        return shelf.procedure(id, int(version)) if version else shelf.newest(id)
    except (KeyError, ValueError):
        raise Failed(f"there is no procedure {name!r}; known: {', '.join(shelf.names())}") from None
