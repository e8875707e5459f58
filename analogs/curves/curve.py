"""A network as a curve of layers: what a user reads off any torch module."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.curves.distance import CurveDistance, distance_of
from analogs.curves.generator import FLOOR
from analogs.curves.measure import LARGEST_BOX, Options, Report, read_units
from analogs.curves.records import LayerReading, Record
from analogs.curves.weights import LayerWeights

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NetworkCurve:
    """A network in evaluation mode as a curve: a step for each unit, in order of execution.

    A unit l carries h_{l-1} to h_l.  An affine one is an element W_l of GL+(D), after completion to
    a square, and its step is the generator log W_l; another one has a Jacobian J_l at each sample.
    The parameter of the curve is layer time.  It has nothing to do with training time, in which
    the weights move: nothing here is a property of the training.

    Parameters
    ----------
    mode
        "square", "polar" or "jacobian"; see `from_module`.
    layers
        The units.  Lengths run over all but those that are known not to be affine; in mode
        "jacobian" over those too.
    remarks
        Sentences on the whole network: what the units do not show, what the totals leave out.
    whole
        The network read as one unit: the Jacobian J = J_L ... J_1 from its input to its output.
    floor, repair
        As given to `from_module`.
    """

    mode: str
    layers: tuple[LayerReading, ...]
    remarks: tuple[str, ...]
    whole: LayerReading | None = None
    floor: float = FLOOR
    repair: bool = False

    @classmethod
    def from_module(
        cls,
        model: torch.nn.Module,
        x: torch.Tensor | Array,
        *,
        mode: str = "polar",
        weights: LayerWeights | None = None,
        floor: float = FLOOR,
        repair: bool = False,
        largest: int = LARGEST_BOX,
        report: Report | None = None,
    ) -> NetworkCurve:
        """Read every unit that `model` runs on the batch `x`.

        The model is copied to float64 on the CPU and is not changed.  Its units are the finest
        parts that form a chain: layers in a row, or whole blocks where the input also goes past
        the layers (`trace`).  "polar" and "square" give each affine unit the generator of
        `layer_generator`; other units (ReLU, max pooling, residual and attention blocks) get the
        statistics of their Jacobians and no length, as the paper has it: "if the nonlinear
        operations are omitted".  "jacobian" gives those too a polar length, the mean over the
        samples of that of their Jacobian; a ReLU with a closed unit is then refused, unless
        `repair` lifts its zeros to the floor.

        Parameters
        ----------
        model
            Any module in evaluation mode that takes one batch.
        x
            Samples, shape (batch, ...).
        mode
            "polar", "square" or "jacobian".
        weights
            Costs of the entries of a generator, from `band_weights`, `kernel_weights` or your own
            function of the call of the unit and the shape of its box; None for ones.
        floor, repair
            As in `layer_generator`.
        largest
            Units whose box has more dimensions are counted but not read, and a remark says so.
        report
            Called with the name of a unit and the finished share.

        Raises
        ------
        ValueError
            If the model is in training mode or complex, or an argument is out of range.  A unit
            that cannot be read does not raise: its `remarks` say why.

        Source: paper 1, section III.A; CLAIMS.md 3.2, rules 4 to 7.

        Examples
        --------
        >>> turn = torch.nn.Linear(2, 2).requires_grad_(False)
        >>> _ = turn.weight.copy_(torch.tensor([[0.0, -1.0], [1.0, 0.0]]))
        >>> model = torch.nn.Sequential(turn, torch.nn.ReLU()).eval()
        >>> curve = NetworkCurve.from_module(model, torch.ones(1, 2))
        >>> round(curve.length, 6), curve.macs_counted  # a quarter turn: pi / 2
        (1.570796, 4)
        """
        options = Options(mode, weights, floor, repair, largest)
        read = read_units(model, x, options, report)
        return cls(mode, read.layers, read.remarks, read.whole, floor, repair)

    @property
    def counted(self) -> tuple[LayerReading, ...]:
        """The units that the lengths run over."""
        every = self.mode == "jacobian"
        return tuple(layer for layer in self.layers if every or layer.affine is not False)

    @property
    def step_sizes(self) -> Array:
        """The lengths |log W_l|_w of the units that count, shape (L,); nan where refused."""
        return np.array([layer.length for layer in self.counted])

    @property
    def step_variation(self) -> float:
        """Standard deviation of the step sizes over their mean; 0 for a curve of uniform speed."""
        steps = self.step_sizes
        return (
            float(steps.std() / steps.mean()) if steps.size and steps.mean() > 0 else float("nan")
        )

    @property
    def length(self) -> float:
        """Sum of the step sizes, in the costs given; nan if a unit that counts was refused."""
        return float(sum(layer.length for layer in self.counted))

    @property
    def unpenalised_length(self) -> float:
        """Sum of |log W_l| with all costs 1; nan if a unit that counts was refused."""
        return float(sum(layer.unpenalised_length for layer in self.counted))

    @property
    def spectral_length(self) -> float:
        """Sum of |W_l - 1| in operator norm; nan if a unit that counts was refused."""
        return float(sum(layer.spectral_step for layer in self.counted))

    @property
    def feature_length(self) -> float:
        """Sum of the relative feature steps |h_l - h_{l-1}| / |h_{l-1}| that exist."""
        return float(np.nansum([layer.feature_step for layer in self.layers]))

    @property
    def near_identity(self) -> Array:
        """How far each unit is from the identity, shape (units, 2).

        Columns: |W_l - 1| in operator norm, and the median of |h_l - h_{l-1}| / |h_{l-1}|.
        """
        return np.array([[layer.spectral_step, layer.feature_step] for layer in self.layers])

    @property
    def log_volumes(self) -> Array:
        """Mean of sum_i log s_i(J_l), shape (units,): 1/2 log det of the pulled-back metric.

        It is -inf where a unit loses rank at a sample, and 0 for a unit that keeps volumes.  In
        the shape (m, n) of J_l the metric is J_l^T J_l if m >= n, else J_l J_l^T.
        """
        return np.array([layer.log_volume for layer in self.layers])

    @property
    def macs_paper(self) -> int:
        """Sum of the paper's factors over the convolutions."""
        return sum(layer.macs_paper for layer in self.layers)

    @property
    def macs_counted(self) -> int | None:
        """Sum of the multiply-adds of all units; None if one is unknown."""
        counts = [layer.macs_counted for layer in self.layers]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def distance(self, *, rng: np.random.Generator, report: Report | None = None) -> CurveDistance:
        """Bracket the distance from 1 to where the curve ends, W_L ... W_1, by `qgeom.distance`.

        It is the distance in GL+(D), D <= 8; in SO(D), D <= 16, if every step is a rotation.  The
        curve itself is a path there, so efficiency = distance / length <= 1.

        Raises
        ------
        ValueError
            If the curve is none in one group with one metric: a unit that counts is not square,
            was not read or refused, its costs differ from those of another, or D is too large;
            or if its length is none of a path (mode "jacobian"; mode "polar" with costs).

        Examples
        --------
        >>> turn = torch.nn.Linear(2, 2, bias=False).requires_grad_(False)
        >>> _ = turn.weight.copy_(torch.tensor([[0.0, -1.0], [1.0, 0.0]]))
        >>> curve = NetworkCurve.from_module(
        ...     torch.nn.Sequential(turn, turn, turn).eval(), torch.ones(1, 2))
        >>> found = curve.distance(rng=np.random.default_rng(0))
        >>> [round(share, 6) for share in found.efficiency]  # three quarter turns, or one back
        [0.333333, 0.333333]
        """
        return distance_of(
            self.counted, self.mode, floor=self.floor, repair=self.repair, rng=rng, report=report
        )

    def to_records(self) -> list[Record]:
        """Return one plain record a unit, for a CSV table or JSON."""
        return [layer.to_record() for layer in self.layers]
