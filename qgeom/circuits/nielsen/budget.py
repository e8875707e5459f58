"""The error of a circuit as a sum of stages: what was predicted of each, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass

# What rounding adds to the error of a product of up to some thousand unitaries.
ROUNDING = 1e-11


@dataclass(frozen=True)
class Stage:
    """One approximation.

    Attributes
    ----------
    name
        What is replaced by what.
    predicted
        Upper bound of the operator-norm error.
    measured
        Operator-norm error up to phase.
    """

    name: str
    predicted: float
    measured: float


@dataclass(frozen=True)
class Budget:
    """Stages one after the other, and the error of all of them measured at once.

    Attributes
    ----------
    stages
        In order; errors of unitaries add up at most.
    measured
        Operator-norm error up to phase between the first unitary and the last.

    Examples
    --------
    >>> budget = Budget((Stage("projection", 2e-3, 1e-3), Stage("slices", 5e-3, 4e-3)), 4.5e-3)
    >>> budget.predicted, budget.holds
    (0.007, True)
    >>> print(budget.table())
    stage        predicted   measured
    projection     2.0e-03    1.0e-03
    slices         5.0e-03    4.0e-03
    total          7.0e-03    4.5e-03
    """

    stages: tuple[Stage, ...]
    measured: float

    @property
    def predicted(self) -> float:
        """Sum of the bounds."""
        return sum(stage.predicted for stage in self.stages)

    @property
    def holds(self) -> bool:
        """Whether no stage, nor the total, errs by more than was predicted (but for rounding)."""
        rows = (*self.stages, self._total)
        return all(row.measured <= row.predicted + ROUNDING for row in rows)

    def table(self) -> str:
        """The stages and the total as text."""
        rows = (*self.stages, self._total)
        width = max(len(row.name) for row in rows)
        lines = [
            f"{row.name:<{width}} {row.predicted:>10.1e} {row.measured:>10.1e}" for row in rows
        ]
        return "\n".join([f"{'stage':<{width}} {'predicted':>10} {'measured':>10}", *lines])

    @property
    def _total(self) -> Stage:
        return Stage("total", self.predicted, self.measured)
