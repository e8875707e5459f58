"""Opens what `torch.save` wrote, without running code that the file brings along.

A saved network is a pickle, and a pickle may call any function.  So torch's restricted loader
(`weights_only=True`) opens it, which builds tensors and what it was allowed to build beside them:
layers of the packages below, found by name.  A file that names anything else is refused unopened.
"""

from __future__ import annotations

import importlib
import zipfile
from pathlib import Path
from typing import Any

import torch

from qgeom._checks import fail

# Their modules may be built from a file; the last two only where they are installed.
PACKAGES = ("torch.nn", "analogs.training.networks", "torchvision", "timm")
# Functions that layers of torch.nn keep as attributes.
ACTIVATIONS = ("relu", "gelu", "silu", "tanh", "sigmoid", "softplus")
# Unknown names that an error lists.
_SHOWN = 2


def open_saved(path: Path) -> Any:
    """Return the content of a file of `torch.save`: tensors, or a network of known layers.

    Raises
    ------
    ValueError
        If it is no such file, or names classes or functions that are not known.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     torch.save(torch.nn.Sequential(torch.nn.ReLU()), Path(folder) / "net.pt")
    ...     open_saved(Path(folder) / "net.pt")
    Sequential(
      (0): ReLU()
    )
    """
    must = "be a file of torch.save"
    try:
        named = torch.serialization.get_unsafe_globals_in_checkpoint(path)
        found = {name: _known(name) for name in named}
        unknown = sorted(name for name, value in found.items() if value is None)
        if not unknown:
            with torch.serialization.safe_globals(list(found.values())):
                return torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # of any type: the bytes may be anything
        raise fail("model", must, f"{path.name} {_what_else(path)}") from error
    shown = ", ".join([*unknown[:_SHOWN], *(["..."] if len(unknown) > _SHOWN else [])])
    but = (
        f"{path.name} needs {shown}; save its state_dict() and name the function that builds it "
        "by --model-from"
    )
    raise fail("model", "consist of layers of torch.nn, torchvision or timm", but)


def _known(name: str) -> Any:
    """Return the class or function of this name, or None if a file may not build it."""
    module, _, attribute = name.rpartition(".")
    if module == "torch.nn.functional" and attribute in ACTIVATIONS:
        return getattr(torch.nn.functional, attribute)
    if not any(module == package or module.startswith(f"{package}.") for package in PACKAGES):
        return None
    try:
        value = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError):
        return None
    layer = isinstance(value, type) and issubclass(value, torch.nn.Module)
    return value if layer else None


def _what_else(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return "is none"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if any("/code/" in name for name in names):
        return "is a TorchScript archive, whose layers run outside Python"
    if any("/models/" in name for name in names):
        return "is an exported program, which torch opens with pickle"
    return "is none that can be opened safely"
