"""Checkpoints of a training run: written whole or not at all, read without running code."""

from __future__ import annotations

import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from qgeom._checks import fail

KEYS = ("settings", "model", "optimizer", "history")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that a run needs to go on: what it was asked for, where it stands, what it measured.

    `settings` identifies the run (a checkpoint never continues a run with other settings);
    `model` and `optimizer` are state dictionaries; `history` maps a name to a list of numbers.
    """

    settings: dict[str, Any]
    model: dict[str, Any]
    optimizer: dict[str, Any]
    history: dict[str, list[float]]


def save_checkpoint(path: str | Path, checkpoint: Checkpoint) -> None:
    """Write `checkpoint` to `path` atomically: a reader sees the old file or the new, never half.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "run.pt"
    ...     save_checkpoint(file, Checkpoint({"seed": 1}, {}, {}, {"loss": [0.5]}))
    ...     load_checkpoint(file).history
    {'loss': [0.5]}
    """
    target = Path(path)
    content = {key: getattr(checkpoint, key) for key in KEYS}
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def load_checkpoint(path: str | Path) -> Checkpoint:
    """Read a checkpoint with `weights_only=True`, so that a hostile file cannot run code.

    Raises
    ------
    ValueError
        If the file is not one that `save_checkpoint` wrote.
    FileNotFoundError
        If there is no such file.
    """
    if not Path(path).exists():
        raise FileNotFoundError(f"No checkpoint at {path}.")
    if not zipfile.is_zipfile(path):
        raise fail("path", "name a checkpoint", f"{path} is not one, or is cut short")
    content = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(content, dict) or set(content) != set(KEYS):
        raise fail("path", f"name a checkpoint with {', '.join(KEYS)}", f"{path} holds other keys")
    return Checkpoint(**content)
