"""The command `analogs`: what the user may type.

The work is done by the modules of `analogs.commands`, which are loaded when their command is
called, so that `--help` does not wait for torch.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
from collections.abc import Sequence
from typing import Any

import click

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_BAD_INPUT, _FAILED, _INTERRUPTED = 2, 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 (failed), 2 (wrong input) or 130."""
    # Matrices are small: one thread a process is fastest, and its sums are reproducible.
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    try:
        cli.main(arguments, prog_name="analogs", standalone_mode=False)
    except click.UsageError as error:
        return _stop(error.format_message(), _BAD_INPUT)
    except ValueError as error:
        notes = "".join(f" [{note}]" for note in getattr(error, "__notes__", ()))
        return _stop(f"{error}{notes}", _BAD_INPUT)
    except OSError as error:
        return _stop(str(error), _FAILED)
    except click.Abort as error:
        return _stop(f"interrupted; {error.__cause__ or 'nothing is lost'}.", _INTERRUPTED)
    return 0


def _stop(message: str, code: int) -> int:
    click.echo("Error: " + " ".join(message.split()), err=True)
    return code


def _execute(command: str, **options: Any) -> None:
    click.echo(importlib.import_module(f"analogs.commands.{command}").execute(**options))


def _count(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdecimal() or int(value) < 1:
        must = "must be an integer of at least 1"
        raise ValueError(f"Argument `{parameter.name}` {must}, but is {value!r}.")
    return int(value)


def _version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    try:
        click.echo(f"analogs {importlib.metadata.version('qgeom')}")
    except importlib.metadata.PackageNotFoundError:
        click.echo("analogs, version unknown: run from a checkout that is not installed")
    context.exit()


_seeds = click.option(
    "--seeds", metavar="N", callback=_count, help="Number of seeds; each claim's own if not given."
)
_jobs = click.option(
    "--jobs",
    metavar="N",
    callback=_count,
    default=str(min(2, os.cpu_count() or 1)),
    show_default=True,
    help="Number of processes.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the version.",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Test claims on quantum circuits and on networks, side by side."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command("list")
@_json
def list_claims(as_json: bool) -> None:
    """List the claims: id, kind, and what the paper says."""
    _execute("list", as_json=as_json)


@cli.command("run")
@click.argument("claims", metavar="CLAIM...", nargs=-1, required=True)
@click.option("--quick", is_flag=True, help="Smoke run: small sizes and few seeds.")
@_seeds
@_jobs
@click.option("--out", default="runs/claims", show_default=True, help="Run directory.")
@_json
def run_claims(**options: Any) -> None:
    """Test claims, named by id, and print their verdicts.

    Finished claims are kept in the run directory and not computed again.
    """
    _execute("run", **options)


@cli.command("compare")
@click.option("--quick/--full", default=True, help="Small sizes and few seeds (default), or all.")
@_seeds
@_jobs
@click.option("--out", default="runs/compare", show_default=True, help="Run directory.")
@_json
def compare(**options: Any) -> None:
    """Compare circuits and networks side by side.

    Tests all claims about complexity, diameter and curvature, and writes a report (HTML, SVG, CSV) into the run directory. The
    last line printed is the path of the report. Finished claims are not computed again.
    """
    _execute("compare", **options)


@cli.command("report")
@click.argument("directory", metavar="DIR")
def report(directory: str) -> None:
    """Write the report of a run directory again, from what is stored.

    Where a claim was tested several times, a full run counts more than a quick one, and more seeds
    more than fewer.
    """
    _execute("report", directory=directory)
