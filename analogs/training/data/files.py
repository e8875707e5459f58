"""A user's own samples: an .npz file with arrays of inputs and labels."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analogs.training.data.split import Split, divide
from qgeom._checks import check_finite_array, fail

WHOLE = ("x", "y")
PARTS = ("train_x", "train_y", "test_x", "test_y")


def from_file(path: str | Path, *, train_fraction: float, rng: np.random.Generator) -> Split:
    """Return the samples of an .npz file, scaled to [-1, 1].

    The file holds inputs `x` of shape (n, ...) and labels `y`, which are split so that both parts
    have the same share of each class; or `train_x`, `train_y`, `test_x`, `test_y`, whose split stays.
    Inputs of shape (n, height, width) are images of one channel, (n, channels, height, width) of
    several, (n, features) are points.  They become float64, divided by the largest absolute value of
    the training inputs if that exceeds 1.  No pickled object is ever loaded.

    Raises
    ------
    ValueError
        If the file is not such an archive, lacks an array, inputs are not finite real numbers of a
        shape above, or labels are not integers 0, 1, ..., k - 1, k >= 2, all of them in each part.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mine.npz"
    ...     np.savez(file, x=np.full((8, 4, 4), 255, dtype=np.uint8), y=np.arange(8) % 2)
    ...     split = from_file(file, train_fraction=0.5, rng=np.random.default_rng(0))
    >>> split.train_x.shape, float(split.train_x.max()), split.classes
    ((4, 1, 4, 4), 1.0, 2)
    """
    arrays = _read(Path(path))
    if set(WHOLE) <= set(arrays):
        x, y = _inputs("x", arrays["x"]), _labels("y", arrays["y"])
        _check_lengths("y", x, y)
        _check_classes("y", y, int(y.max()) + 1)
        split = divide(x, y, train_fraction=train_fraction, rng=rng)
    else:
        train_x, test_x = (_inputs(name, arrays[name]) for name in ("train_x", "test_x"))
        train_y, test_y = (_labels(name, arrays[name]) for name in ("train_y", "test_y"))
        split = Split(train_x, train_y, test_x, test_y)
        for name, y in (("train_y", train_y), ("test_y", test_y)):
            _check_classes(name, y, split.classes)
    scale = max(1.0, float(np.abs(split.train_x).max()))
    return Split(split.train_x / scale, split.train_y, split.test_x / scale, split.test_y)


def images_for(
    path: Path | None,
    default: Callable[[np.random.Generator], Split],
    *,
    divisor: int,
    train_fraction: float,
    rng: np.random.Generator,
) -> Split:
    """Return a user's square images if there are any, else those of `default(rng)`.

    Parameters
    ----------
    path
        An .npz file (`from_file`), or None.
    default
        The claim's own images.
    divisor
        What the side of a user's images must be a multiple of.

    Raises
    ------
    ValueError
        If the file is not one of square images, or `divisor` does not divide their side.

    Examples
    --------
    >>> from analogs.training.data.shapes import shapes
    >>> own = lambda rng: shapes(40, train_fraction=0.5, rng=rng)
    >>> images_for(None, own, divisor=4, train_fraction=0.5,
    ...            rng=np.random.default_rng(0)).train_x.shape
    (20, 1, 16, 16)
    """
    if path is None:
        return default(rng)
    split = from_file(path, train_fraction=train_fraction, rng=rng)
    shape = split.train_x.shape[1:]
    if len(shape) != 3 or shape[1] != shape[2] or shape[1] % divisor:
        extent = " x ".join(map(str, shape))
        must = f"hold square images whose side is a multiple of {divisor}"
        raise fail("data", must, f"holds samples of {extent}")
    return split


def _read(path: Path) -> Mapping[str, NDArray[Any]]:
    try:
        with path.open("rb") as file:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError("it holds a single array")
            arrays = {name: archive[name] for name in archive.files if name in WHOLE + PARTS}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split())
        raise fail(
            "data", "name an .npz file of plain arrays", f"{path} is none ({reason})"
        ) from None
    if not set(WHOLE) <= set(arrays) and not set(PARTS) <= set(arrays):
        must = f"hold arrays {' and '.join(WHOLE)}, or {', '.join(PARTS)}"
        raise fail("data", must, f"{path} holds {', '.join(sorted(arrays)) or 'none of them'}")
    return arrays


def _inputs(name: str, value: NDArray[Any]) -> NDArray[np.float64]:
    array = check_finite_array(name, value)
    if array.dtype.kind not in "biuf" or array.ndim not in (2, 3, 4) or array.size == 0:
        must = "hold real numbers of shape (n, d), (n, h, w) or (n, c, h, w)"
        raise fail(name, must, f"is {array.dtype} of shape {array.shape}")
    images = array[:, None] if array.ndim == 3 else array
    return images.astype(np.float64)


def _labels(name: str, value: NDArray[Any]) -> NDArray[np.int64]:
    if value.dtype.kind not in "iu" or value.ndim != 1 or value.size == 0:
        raise fail(name, "hold integers of shape (n,)", f"is {value.dtype} of shape {value.shape}")
    return value.astype(np.int64)


def _check_lengths(name: str, x: NDArray[np.float64], y: NDArray[np.int64]) -> None:
    if len(x) != len(y):
        raise fail(name, f"hold one label for each of the {len(x)} inputs", f"holds {len(y)}")


def _check_classes(name: str, y: NDArray[np.int64], classes: int) -> None:
    found = np.unique(y)
    if classes < 2 or found[0] != 0 or len(found) != classes or found[-1] != classes - 1:
        must = f"hold the classes 0 to k - 1, k >= 2, all of them, here k = {classes}"
        raise fail(name, must, f"holds {len(found)} from {found[0]} to {found[-1]}")
