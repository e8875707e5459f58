r"""Parameters of circuits by least squares: one engine for every kind of two-qubit gate.

With V = G_S ... G_1 and W = e^{-i arg tr(U^dagger V)} U^dagger V, the residual is W - 1, all entries.
Turning slot k by exp(-i sum_a d_a P_a) changes it by ``-i W sum_a d_a H_ka + O(d^2)``,
``H_ka = B_k^dagger P_a B_k`` with B_k = G_k ... G_1.  As W is unitary the step of Gauss and Newton is
``min_d |sum_ka d_ka H_ka - (W - W^dagger) / 2i|``: real, 4^n equations in place of 2 4^n.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qgeom._linalg import dagger
from qgeom._typing import Complex, Real
from qgeom.circuits.fitting.register import embed, partial_trace
from qgeom.circuits.fitting.template import TWO_BODY, Template
from qgeom.geodesic.least_squares import damped_solve

# Far above the rounding of a few hundred gates.
TOLERANCE = 1e-12
# Damping (relative to the squared residual) at the start; after a step that lowered the residual; and
# after one that did not and is taken back.
DAMPING, EASED, TIGHTENED = 0.1, 0.25, 6.0
# So many steps in a row that lower the squared residual by less than this share: a local minimum.
PATIENCE, SLOW = 12, 0.01
# Complex numbers in the largest temporary array.
MEMORY = 1 << 22
# More parameters than so many times the equations are first reduced to as many.
WIDE = 1.5


@dataclass(frozen=True, eq=False)
class Fit:
    """Circuits where the iterations left them.

    Attributes
    ----------
    template
        The B circuits.
    residual
        ``min_phi |U - e^{i phi} V|_F``, (B,): at least the operator-norm error.
    iterations
        Number of steps of the one that took most.
    """

    template: Template
    residual: Real
    iterations: int

    @property
    def best(self) -> int:
        """Row of the smallest residual."""
        return int(self.residual.argmin())


def fit(
    target: Complex,
    template: Template,
    *,
    iterations: int = 200,
    tolerance: float = TOLERANCE,
    first: bool = False,
) -> Fit:
    """Turn all free slots together to the nearest minimum of the distance from a unitary, up to phase.

    Levenberg-Marquardt, with quadratic convergence where the residual vanishes.  Each circuit stops at
    `tolerance`, or when it stands still.

    Parameters
    ----------
    target
        U, (2^n, 2^n).
    template
        B circuits and where they start.
    iterations, tolerance
        Most steps, and the residual that will do.
    first
        Stop all as soon as one is there.

    Examples
    --------
    >>> from qgeom.circuits.fitting.template import ATOMS, assemble
    >>> rng, swap = np.random.default_rng(0), np.eye(4)[[0, 2, 1, 3]]
    >>> template = assemble(2, ATOMS["cx"], [[(0, 1)] * 3] * 8).randomised(rng, 1.0)
    >>> bool(fit(swap, template).residual.min() < 1e-12)
    True
    """
    state = _measure(target, template)
    matrices, squared = template.matrices.copy(), state.squared.copy()
    rows, step = np.arange(len(template)), 0
    damping, slow = np.full(len(rows), DAMPING), np.zeros(len(rows), dtype=int)
    while step < iterations:
        there = state.squared <= tolerance**2
        going = ~there & (slow < PATIENCE)
        if not going.any() or (first and there.any()):
            break
        if not going.all():
            state, rows = state.take(going), rows[going]
            damping, slow = damping[going], slow[going]
        trial = _measure(target, state.template.turned(_turns(state, damping)))
        slow = np.where(trial.squared < (1.0 - SLOW) * state.squared, 0, slow + 1)
        won = trial.squared < state.squared
        damping *= np.where(won, EASED, TIGHTENED)
        state = state.updated(trial, won)
        matrices[rows], squared[rows] = state.template.matrices, state.squared
        step += 1
    return Fit(replace(template, matrices=matrices), np.sqrt(squared), step)


def sweep(target: Complex, template: Template) -> Template:
    r"""Replace one SU(4) after the other by the best one, all other slots held fixed.

    ``tr(U^dagger V) = tr(M E)`` with the environment E of a slot M, a partial trace: the modulus is
    largest at ``M = (X Y)^dagger`` with ``E = X s Y`` (Evenbly and Vidal, PRB 79, 144108, 2009).
    It never increases the distance, converges linearly, and gets to the valley of a minimum cheaply.
    """
    gates = _gates(template)
    after = np.empty_like(gates)  # U^dagger times all later gates
    product = np.broadcast_to(dagger(target), gates[:, 0].shape)
    for k in reversed(range(gates.shape[1])):
        after[:, k] = product
        product = product @ gates[:, k]
    matrices = template.matrices.copy()
    before = np.broadcast_to(np.eye(len(target), dtype=np.complex128), product.shape)
    for k, generators in enumerate(template.generators):
        if generators == TWO_BODY:
            x, _, y = np.linalg.svd(partial_trace(before @ after[:, k], template.pairs[:, k]))
            matrices[:, k] = dagger(x @ y)
            gates[:, k] = embed(matrices[:, k], template.pairs[:, k], template.n_qubits)
        before = gates[:, k] @ before
    return replace(template, matrices=matrices)


@dataclass(frozen=True, eq=False)
class _State:
    """Circuits, their partial products B_k (B, S, N, N), W (B, N, N) and |W - 1|_F^2 (B,)."""

    template: Template
    products: Complex
    w: Complex
    squared: Real

    def take(self, rows: np.ndarray) -> _State:
        return _State(
            self.template.take(rows), self.products[rows], self.w[rows], self.squared[rows]
        )

    def updated(self, trial: _State, won: np.ndarray) -> _State:
        """The trial where it won, this elsewhere."""
        if won.all():
            return trial
        choose = won[:, None, None]
        matrices = np.where(choose[..., None], trial.template.matrices, self.template.matrices)
        return _State(
            replace(self.template, matrices=matrices),
            np.where(choose[..., None], trial.products, self.products),
            np.where(choose, trial.w, self.w),
            np.where(won, trial.squared, self.squared),
        )


def _gates(template: Template) -> Complex:
    return embed(template.matrices, template.pairs, template.n_qubits)


def _measure(target: Complex, template: Template) -> _State:
    products = _gates(template)
    for k in range(1, products.shape[1]):
        products[:, k] = products[:, k] @ products[:, k - 1]
    w = dagger(target) @ products[:, -1]
    trace = np.einsum("bii->b", w)
    w = w * np.exp(-1j * np.angle(trace))[:, None, None]
    defect = np.abs(w - np.eye(len(target)))
    return _State(template, products, w, (defect**2).sum(axis=(-2, -1)))


def _real(hermitian: Complex) -> Real:
    """Entries of Hermitian matrices as real vectors of the same norm: h + h* is replaced by Re + Im."""
    return (hermitian.real + hermitian.imag).reshape(*hermitian.shape[:-2], -1)


def _jacobian(template: Template, products: Complex) -> Real:
    """H_ka as real vectors, (B, P, 4^n)."""
    row, phase = template.rows()
    frames = products[:, template.owner]
    moved = np.take_along_axis(frames, row[..., None], axis=-2) * phase[..., None]
    return _real(dagger(frames) @ moved)


def _turns(state: _State, damping: Real) -> Real:
    """Damped Gauss-Newton steps d, (B, P)."""
    parameters, entries = len(state.template.owner), state.w[0].size
    parts = -(-len(damping) * parameters * entries // MEMORY)
    out = np.empty((len(damping), parameters))
    gap = _real(-0.5j * (state.w - dagger(state.w)))
    for part in np.array_split(np.arange(len(damping)), parts):
        transposed = _jacobian(state.template.take(part), state.products[part])
        if parameters <= WIDE * entries:
            out[part] = damped_solve(transposed.swapaxes(-1, -2), gap[part], damping[part])
            continue
        basis, triangle = np.linalg.qr(transposed)  # d = basis x: the part outside moves nothing
        reduced = damped_solve(triangle.swapaxes(-1, -2), gap[part], damping[part])
        out[part] = (basis @ reduced[..., None])[..., 0]
    return out
