"""What both command lines share: commands that load when called, errors in one line, strict JSON.

Only click and the standard library are imported here, so that ``--help`` answers at once.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
from collections.abc import Iterator, Mapping
from typing import Any

import click

BAD_INPUT = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells count
# Matrices are small: one BLAS thread is faster and steadier than several.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

# What the operating system says about a path that the user named.
_PATH_ERRORS = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)


class BadInput(click.ClickException):
    """One line "Error: ..." on standard error, and exit code 2."""

    exit_code = BAD_INPUT


class LazyGroup(click.Group):
    """A group whose commands are imported when they run, not when the group is made.

    Parameters
    ----------
    commands_in : mapping
        Command name -> (module, short help); the module holds the click command as `command`.

    Notes
    -----
    Wrong usage, a ValueError in the grammar of `qgeom._checks` ("Argument `x` must ...") and a path
    that cannot be opened end in one line and exit code 2, an interrupt ends in exit code 130.  Any other
    exception is a bug and keeps its traceback.

    Examples
    --------
    >>> group = LazyGroup("tool", commands_in={"count": ("tool.commands.count", "Count things.")})
    >>> group.list_commands(click.Context(group))
    ['count']
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        commands_in: Mapping[str, tuple[str, str]],
        **settings: Any,
    ) -> None:
        super().__init__(name, **settings)
        self.commands_in = dict(commands_in)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which they were given."""
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return its `command`; None for an unknown name."""
        if cmd_name not in self.commands_in:
            return None
        module, _ = self.commands_in[cmd_name]
        command: click.Command = importlib.import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the stored short helps: the commands stay unloaded."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.commands_in.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command with one BLAS thread, and errors turned into exit codes."""
        for name in _THREADS:
            os.environ.setdefault(name, "1")
        with errors_as_exit_codes(ctx):
            return super().invoke(ctx)


@contextlib.contextmanager
def errors_as_exit_codes(ctx: click.Context) -> Iterator[None]:
    """Turn what a user can cause into one line and an exit code (see `LazyGroup`)."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise  # its message is the help
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else ctx.command_path
        hint = f"(`{where} --help` lists what is possible)"
        raise BadInput(f"{' '.join(error.format_message().split())} {hint}") from error
    except ValueError as error:
        if not str(error).startswith("Argument `"):
            raise
        raise BadInput(" ".join(str(error).split())) from error
    except _PATH_ERRORS as error:
        raise BadInput(f"{error.strerror or type(error).__name__}: {error.filename}") from error
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        ctx.exit(INTERRUPTED)


def echo_json(value: Any) -> None:
    """Print `value` as strict JSON: arrays as lists, NaN and infinities as null.

    Examples
    --------
    >>> echo_json({"length": 1.5, "residual": math.nan})
    {
      "length": 1.5,
      "residual": null
    }
    """
    click.echo(json.dumps(_plain(value), indent=2, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy arrays and numbers, without importing numpy
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
