"""What `measure` returns: plain numbers and sentences for each layer and for the network."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
Record = dict[str, str | bool | int | float | None]
NAN = float("nan")


@dataclass(frozen=True, eq=False)
class LayerReading:
    """One layer call.  Numbers are nan where `remarks` says that there is none.

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
    operator_norm
        Largest singular value of W or J.
    log_volume
        Sum of the logs of the min(m, n) singular values, 1/2 log det J J^T if m <= n; -inf if J
        loses rank.
    rank_share
        Rank over min(m, n); the share of open units for a ReLU.
    spectral_step
        |W - 1| in operator norm after completion to a square.
    feature_step
        Median over the samples of |h_out - h_in| / |h_in|, if both have one shape.
    length, rotation_length, stretch_length
        Weighted length of the generator, and of its skew and its symmetric part.
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
    operator_norm: float = NAN
    log_volume: float = NAN
    rank_share: float = NAN
    spectral_step: float = NAN
    feature_step: float = NAN
    length: float = NAN
    rotation_length: float = NAN
    stretch_length: float = NAN
    remarks: tuple[str, ...] = ()

    def to_record(self) -> Record:
        """Return all but the matrix as plain values: shapes as "8x4x4", remarks as one string."""
        record = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "matrix"}
        for shape in ("input_shape", "output_shape"):
            record[shape] = "x".join(map(str, record[shape]))
        return record | {"remarks": "; ".join(self.remarks)}


@dataclass(frozen=True, eq=False)
class NetworkReading:
    """All layer calls in order of execution.

    Parameters
    ----------
    mode
        "square", "polar" or "jacobian".
    layers
        The readings.  Lengths run over all layers but those that are known not to be affine; in
        mode "jacobian" over those too.
    remarks
        Sentences on the whole network: what the layers do not show, what the totals leave out.
    """

    mode: str
    layers: tuple[LayerReading, ...]
    remarks: tuple[str, ...]

    @property
    def counted(self) -> tuple[LayerReading, ...]:
        """The layers that the lengths run over."""
        every = self.mode == "jacobian"
        return tuple(layer for layer in self.layers if every or layer.affine is not False)

    @property
    def length(self) -> float:
        """Sum of the layer lengths; nan if a layer that counts was refused."""
        return float(sum(layer.length for layer in self.counted))

    @property
    def spectral_length(self) -> float:
        """Sum of |W_l - 1| in operator norm; nan if a layer that counts was refused."""
        return float(sum(layer.spectral_step for layer in self.counted))

    @property
    def feature_length(self) -> float:
        """Sum of the relative feature steps over all layers that keep the shape."""
        return float(np.nansum([layer.feature_step for layer in self.layers]))

    @property
    def macs_paper(self) -> int:
        """Sum of the paper's factors over the convolutions."""
        return sum(layer.macs_paper for layer in self.layers)

    @property
    def macs_counted(self) -> int | None:
        """Sum of the multiply-adds of all layers; None if one is unknown."""
        counts = [layer.macs_counted for layer in self.layers]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def to_records(self) -> list[Record]:
        """Return one plain record a layer, for a CSV table or JSON."""
        return [layer.to_record() for layer in self.layers]
