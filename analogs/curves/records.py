"""What is read off one unit of a network: plain numbers and sentences."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
Record = dict[str, str | bool | int | float | None]
NAN = float("nan")
# Fields of a reading that do not fit a table.
ARRAYS = ("matrix", "singular_values", "costs")


@dataclass(frozen=True, eq=False)
class LayerReading:
    """One unit of a network.  Numbers are nan where `remarks` says that there is none.

    For a layer that is not affine, the numbers of its Jacobian are means over the samples.

    Parameters
    ----------
    name, kind
        Path in the model ("name#2" for the second call) and class name.
    affine
        Whether the layer acts as h -> W h + b; None if it could not be read.
    input_shape, output_shape
        Shapes of one sample.
    macs_paper, macs_counted
        Multiply-adds by the paper's factor and as carried out (None if unknown); `operations`.
    matrix
        W, shape (m, n), for an affine layer; else None.
    singular_values
        Those of W or J, largest first, shape (min(m, n),); None if it was not read.
    costs
        The weights w of the entries of the generator, shape (D, D); None for ones.
    operator_norm
        Largest singular value of W or J.
    log_volume
        Sum of the logs of the min(m, n) singular values, 1/2 log det J J^T if m <= n; -inf if J
        loses rank.
    rank_share
        Rank over min(m, n); the share of open units for a ReLU.
    spectral_step
        |W_l - 1| in operator norm after completion to a square.
    feature_step
        Median over the samples of |h_out - h_in| / |h_in|, if both have one shape.
    length, rotation_length, stretch_length
        Weighted length of the generator, and of its skew and its symmetric part.
    unpenalised_length
        Length with all weights 1.
    remarks
        Sentences on what was refused, chosen or repaired.
    """

    name: str
    kind: str
    affine: bool | None = None
    input_shape: Shape = ()
    output_shape: Shape = ()
    macs_paper: int = 0
    macs_counted: int | None = None
    matrix: NDArray[np.float64] | None = None
    singular_values: NDArray[np.float64] | None = None
    costs: NDArray[np.float64] | None = None
    operator_norm: float = NAN
    log_volume: float = NAN
    rank_share: float = NAN
    spectral_step: float = NAN
    feature_step: float = NAN
    length: float = NAN
    rotation_length: float = NAN
    stretch_length: float = NAN
    unpenalised_length: float = NAN
    remarks: tuple[str, ...] = ()

    def to_record(self) -> Record:
        """Return all but the arrays as plain values: shapes as "8x4x4", remarks as one string."""
        record = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ARRAYS}
        for shape in ("input_shape", "output_shape"):
            record[shape] = "x".join(map(str, record[shape]))
        return record | {"remarks": "; ".join(self.remarks)}
