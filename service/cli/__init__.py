"""Composition root of the command line: one command per verb, each loading only what it needs."""

from __future__ import annotations

import importlib
import io
import sys

import click

from service.cli.lines import shown

COMMANDS = {
    "serve": ("serving", "Answer requests (--demo --with-worker to try it out)."),
    "worker": ("serving", "Send mail, let clocks run out, write the weekly digests."),
    "demo": ("demonstration", "Walk one case from its filing to a decision."),
    "db": ("database", "The database: upgrade, check, backup, restore."),
    "user": ("people", "The people who may sign in, and their mandates."),
    "organisation": ("people", "The bodies that file, advise or vote."),
    "working-group": ("people", "The working groups in which cases are handled."),
    "import": ("imports", "Take over an annual plan, or an old register."),
    "plan": ("imports", "The annual plan of a year."),
    "procedure": ("procedures", "The procedures: list, show, draw and prove them."),
    "digest": ("digests", "The weekly digest of the ministers' offices."),
    "mail": ("mail", "The letters that did not arrive: list them, send them again."),
    "audit": ("audit", "The log of what happened: is it whole?"),
    "clock": ("law", "Count periods the way the law counts."),
    "rule": ("law", "The outcome of a consultation by a decision rule."),
}
"""Each command with the module of this package that holds it, and what the list of commands says of it."""


class Failed(click.ClickException):
    """What a command says when it cannot do its work: one line, exit status 1."""


class Lazy(click.Group):
    """A group that imports a command when it is called, so that the quick ones stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"service.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_").replace("import", "import_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def slagboom() -> None:
    """Slagboom: from a reported obstacle at the border to the rule that takes it away."""


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process: status 0, or 1 with one line on stderr."""
    for stream in (sys.stdout, sys.stderr):  # None where who started us closed it
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows fewer letters shows the others' code
    sys.exit(status_of(arguments))


def status_of(arguments: list[str] | None = None) -> int:
    """Run the command line; says the exit status."""
    try:
        result = slagboom.main(arguments, prog_name="slagboom", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as question:
        click.echo(question.format_message())
        return 0
    except click.ClickException as error:
        return _said(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return _said("interrupted")
    except _expected() as error:  # looked up only when something went wrong
        return _said(str(error) or type(error).__name__)
    return result if isinstance(result, int) else 0


def _said(line: str) -> int:
    click.echo(f"slagboom: {shown(' '.join(line.split()))}", err=True)
    return 1


def _expected() -> tuple[type[Exception], ...]:
    """The errors that people can do something about; any other is a fault of ours and shows where.

    Looked up by name in what is loaded, so that a quick command does not import what it does not use.
    """
    known: list[type[Exception]] = [OSError]
    for module, names in EXPECTED.items():
        loaded = sys.modules.get(module)
        if loaded is not None:
            known += [getattr(loaded, name) for name in names]
    return tuple(known)


EXPECTED = {
    "workflows.errors": ("Refused", "ProcedureFaulty"),
    "service.settings": ("SettingsFaulty",),
    "service.store.errors": ("StoreFailed",),
    "service.files.errors": ("FilesUnusable",),
    "service.auth.tokens": ("SigningKeyFaulty",),
    "service.auth.passwords": ("PasswordUnfit",),
}
