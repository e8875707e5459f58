"""A user's network and samples: from a file, or built by a function and filled with weights.

TorchScript archives and exported programs are refused: the layers of the first run outside Python,
where they cannot be followed, and torch opens the second with pickle, which may run any code.
"""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.curves.precision import in_float64
from analogs.curves.saved import open_saved
from qgeom._checks import check_integer, fail

# Keys under which training scripts store the weights beside other things.
NESTED = ("state_dict", "model_state_dict", "model")
# Names of arrays that an error lists.
_SHOWN = 4


def load_network(path: Path | None, source: str | None) -> torch.nn.Module:
    """Return the network of a file, of a function, or of a function with the weights of a file.

    Parameters
    ----------
    path
        A file of `torch.save`: a network, or its weights, which need a `source`.
    source
        The function "package.module:function" that builds it.

    Raises
    ------
    ValueError
        If neither is given, or they do not give a network; see `open_saved`.
    """
    if path is None:
        if source is None:
            raise fail("model", "be given", "there is neither a file nor --model-from")
        return build_network(source)
    content = open_saved(path)
    if source is not None:
        model = build_network(source)
        fill(model, _state(content, path))
        return model
    if not isinstance(content, torch.nn.Module):
        but = f"{path.name} holds a {type(content).__name__}; for weights give --model-from too"
        raise fail("model", "hold a network", but)
    return content.eval()


def build_network(source: str) -> torch.nn.Module:
    """Return what the function "package.module:function" builds, in evaluation mode.

    Raises
    ------
    ValueError
        If there is no such function, or it does not return a module.

    Examples
    --------
    >>> build_network("torch.nn:ReLU")
    ReLU()
    """
    path, _, name = source.partition(":")
    if not path or not name:
        raise fail("model_from", "be package.module:function", f"is {source!r}")
    try:
        build = getattr(importlib.import_module(path), name)
    except (ImportError, AttributeError) as error:
        raise fail("model_from", "name a function that exists", f"{error}") from error
    try:
        model = build()
    except TypeError as error:
        raise fail("model_from", "be callable without arguments", f"{error}") from error
    if not isinstance(model, torch.nn.Module):
        raise fail("model_from", "return a torch.nn.Module", f"returns a {type(model).__name__}")
    return model.eval()


def fill(model: torch.nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Fill `model` with weights, or raise ValueError if they are not those of this network."""
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        # The first line names the class alone; the next one says what is wrong.
        lines = [line.strip() for line in str(error).splitlines()]
        but = " ".join(lines[1:2] or lines).rstrip(".")
        raise fail("model", "hold weights that fit the network", but) from error


def load_samples(path: Path, count: int) -> torch.Tensor:
    """Return the first `count` samples in `path`: array `x` of a .npz (or its only one), or a .npy.

    Raises
    ------
    ValueError
        If there is no such array, or it is no batch of finite real numbers.
    """
    check_integer("samples", count, 1)
    try:
        array = _array(path)
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        if str(error).startswith("Argument `"):
            raise
        raise fail("input", "be a .npz or .npy file of numbers", f"{path.name} is none") from error
    if array.dtype.kind not in "iuf" or array.ndim < 2 or array.size == 0:
        but = f"is {array.dtype} of shape {array.shape}"
        raise fail("input", "be real of shape (batch, ...)", but)
    if not np.isfinite(array).all():
        raise fail(
            "input", "be finite", f"has {int((~np.isfinite(array)).sum())} entries that are not"
        )
    kept = array[:count]
    return torch.from_numpy(kept.astype(np.float64 if array.dtype.kind == "f" else np.int64))


def check_runs(model: torch.nn.Module, x: torch.Tensor) -> None:
    """Raise ValueError unless the network accepts the samples."""
    double = in_float64(model)
    try:
        with torch.no_grad():
            double(x.clone())
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        must = "have the shape and type that the network takes"
        but = f"on {x.dtype} of shape {tuple(x.shape)} it says: {reason}"
        raise fail("input", must, but) from error


def _array(path: Path) -> NDArray[Any]:
    content = np.load(path, allow_pickle=False)
    if not isinstance(content, np.lib.npyio.NpzFile):
        return content
    with content:
        names = content.files
        if "x" not in names and len(names) != 1:
            shown = ", ".join([*names[:_SHOWN], *(["..."] if len(names) > _SHOWN else [])])
            raise fail("input", "hold an array `x`", f"{path.name} holds {shown or 'none'}")
        return content["x" if "x" in names else names[0]]


def _state(content: Any, path: Path) -> Mapping[str, torch.Tensor]:
    if isinstance(content, torch.nn.Module):
        return content.state_dict()
    for key in NESTED:
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
            break
    tensors = isinstance(content, Mapping) and all(
        isinstance(value, torch.Tensor) for value in content.values()
    )
    if not tensors:
        how = "hold a network, or weights as `torch.save(model.state_dict(), file)` writes them"
        raise fail("model", how, f"{path.name} holds a {type(content).__name__} of other things")
    return content
