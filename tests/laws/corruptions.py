"""Wrong metrics: what every checker must reject, or it checks nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from qgeom.metric.invariant import RightInvariantMetric

TINY = 1e-6  # far above rounding, far below anything one would notice by eye

Law = Callable[[Any, np.random.Generator], None]
Corruption = Callable[[RightInvariantMetric], dict[str, Any]]


class Corrupted:
    """A metric in which some attributes are replaced by wrong ones."""

    def __init__(self, metric: RightInvariantMetric, corruption: Corruption) -> None:
        self._metric = metric
        self.__dict__.update(corruption(metric))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._metric, name)


def wrong_hat(metric: RightInvariantMetric) -> dict[str, Any]:
    """Not linear, and not inverse to vee."""
    return {"hat": lambda x: metric.hat(x) + TINY * metric.hat(x**2)}


def wrong_exp(metric: RightInvariantMetric) -> dict[str, Any]:
    """Almost the exponential, of another vector."""
    return {"exp": lambda x: metric.exp(x + TINY * x**2)}


def wrong_inverse(metric: RightInvariantMetric) -> dict[str, Any]:
    """Almost the inverse."""
    return {"inverse": lambda g: (1 + TINY) * metric.inverse(g)}


def wrong_element(metric: RightInvariantMetric) -> dict[str, Any]:
    """A door that changes what passes."""
    return {"check_element": lambda name, g: metric.check_element(name, g) + TINY}


def wrong_adjoint(metric: RightInvariantMetric) -> dict[str, Any]:
    """No homomorphism."""
    return {"adjoint": lambda g, x: metric.adjoint(g, x) + TINY * x}


def symmetric_bracket(metric: RightInvariantMetric) -> dict[str, Any]:
    """A bracket with a symmetric part."""
    return {"bracket": lambda x, y: metric.bracket(x, y) + TINY * x * y}


def scaled_bracket(metric: RightInvariantMetric) -> dict[str, Any]:
    """A Lie bracket, but of no coadjoint action, exponential or matrices at hand."""
    return {"bracket": lambda x, y: (1 + TINY) * metric.bracket(x, y)}


def lawless_bracket(metric: RightInvariantMetric) -> dict[str, Any]:
    """Antisymmetric and bilinear, but without the Jacobi identity."""
    return {"bracket": lambda x, y: metric.bracket(x, y) + TINY * (x[..., :1] * y - y[..., :1] * x)}


def batch_dependent_bracket(metric: RightInvariantMetric) -> dict[str, Any]:
    """Another bracket for batches."""
    return {"bracket": lambda x, y: metric.bracket(x, y) * (1 + TINY * (np.ndim(y) > 1))}


def wrong_inner(metric: RightInvariantMetric) -> dict[str, Any]:
    """Not symmetric."""
    return {"inner": lambda x, y: metric.inner(x, y) + TINY * x[..., 0] * y[..., 1]}


def degenerate_inner(metric: RightInvariantMetric) -> dict[str, Any]:
    """The first direction has no length."""
    free = np.where(np.arange(metric.dim) == 0, 0.0, metric.inertia)
    return {"inner": lambda x, y: np.sum(free * x * y, axis=-1)}


def wrong_coadjoint(metric: RightInvariantMetric) -> dict[str, Any]:
    """Almost the dual of the bracket."""
    return {"coadjoint": lambda x, m: metric.coadjoint(x, m) + TINY * m}


def negated_coadjoint(metric: RightInvariantMetric) -> dict[str, Any]:
    """The sign convention of left-invariant metrics."""
    return {"coadjoint": lambda x, m: -metric.coadjoint(x, m)}


def wrong_transport(metric: RightInvariantMetric) -> dict[str, Any]:
    """Not linear, and not dual to the adjoint action."""
    return {"transport": lambda g, m: metric.transport(g, m) + TINY * m**2}


def batch_dependent_transport(metric: RightInvariantMetric) -> dict[str, Any]:
    """Another transport for batches."""
    return {
        "transport": lambda g, m: metric.transport(g, m) * (1 + TINY * (np.size(m) > metric.dim))
    }


def wrong_raise(metric: RightInvariantMetric) -> dict[str, Any]:
    """Velocities one percent too large."""
    return {"raise_": lambda m: 1.01 * metric.raise_(m)}


def halved_coadjoint(metric: RightInvariantMetric) -> dict[str, Any]:
    """A factor two that a sloppy derivation loses."""
    return {"coadjoint": lambda x, m: 0.5 * metric.coadjoint(x, m)}


def wrong_inertia(metric: RightInvariantMetric) -> dict[str, Any]:
    """Other costs than those that `relaxed` knows."""
    return {"inertia": 2.0 * metric.inertia}


def penalised_isotropic(metric: RightInvariantMetric) -> dict[str, Any]:
    """Costs that break the symmetry, sold as a bi-invariant form."""
    return {"isotropic": metric.inertia}
