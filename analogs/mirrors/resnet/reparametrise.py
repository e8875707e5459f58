r"""R9: the same curve at another pace, by other amplitudes of the weights.

With a time change s(t) from [0, 1] onto itself the velocity ``v(t) = s'(t) u(s(t))`` gives the curve
``g(s(t))``: the same image and length, and the energy ``int s'^2 |u|^2 dt``, least at a constant pace.
Three ways to read that into a network:

- a generator that does not turn: layers ``exp(a_l H)``, amplitudes a_l that add up to 1;
- a flow whose velocity turns: amplitude and direction follow ``s'(t) u(s(t))``;
- amplitudes alone: layers ``exp(a_l x_l / L)`` that keep the directions which they had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.integrate

from analogs.evidence import Evidence, Reading, Setting, Trial, exact_reading
from analogs.evidence.claim import Row
from analogs.evidence.rows import numbers
from qgeom._typing import Array, Matrix, Real, Vector
from qgeom.diffeo.kernels import Gaussian
from qgeom.diffeo.landmarks import Cometric, hamilton_field, shoot_landmarks
from qgeom.geodesic.curve import Geodesic, velocities_at
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

# Fixed beforehand (CLAIMS.md 1.9, row R9).
TOLERANCE = 1e-8
# Of the integrator, and of the geodesic that it is given.
LOCAL = 1e-11
LAYERS = 16
TIMES = np.linspace(0.0, 1.0, LAYERS + 1)
# Nodes of the integral of the speed, which is periodic but for the geodesic's own error.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
LENGTH, PACE = 1.5, (0.3, 0.8)
GROUPS: tuple[tuple[str, str, RightInvariantMetric], ...] = (
    ("quantum", "SU(4), cost 4 beyond weight 1", PauliMetric(2, nielsen(4.0, locality=1))),
    ("network", "GL+(3), cost 4 beyond neighbours", MatrixMetric("gl", 3, band(1, 4.0))),
)
KERNEL, COUNT = Gaussian(1.0), 4
STEADY = "{}, a generator that does not turn, layers exp(a_l H)"
FLOW = "{}, a flow that turns, velocity s'(t) u(s(t))"
ALONE = "{}, layers that turn, amplitudes alone, directions kept"
NOTE = (
    "A change of pace moves the directions of the weights along the network with the amplitudes. "
    "Amplitudes alone do that where the directions are all the same; elsewhere the layers multiply "
    "to something else, and the error of the end does not vanish with the depth."
)


@dataclass(frozen=True)
class Pace:
    """``s(t) = t + b sin(2 pi t) / (2 pi)``, increasing for |b| < 1."""

    swing: float

    def time(self, t: Array) -> Array:
        """s(t)."""
        return t + self.swing * np.sin(2 * np.pi * t) / (2 * np.pi)

    def rate(self, t: Array) -> Array:
        """s'(t)."""
        return 1 + self.swing * np.cos(2 * np.pi * t)

    @property
    def energy(self) -> float:
        """``int s'^2 dt = 1 + b^2 / 2``, the factor on the energy."""
        return 1 + self.swing**2 / 2


@dataclass(frozen=True)
class Change:
    """What a change of pace does, all relative.

    Attributes
    ----------
    image
        Largest distance of a point from where it should be on the old curve.
    length
        Difference of the lengths.
    energy
        New energy over old.
    predicted
        What it should be.
    """

    image: float
    length: float
    energy: float
    predicted: float


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """One curve a space, at one other pace."""
    rng = trial.generator()
    pace = Pace(float(rng.uniform(*PACE)))
    rows: list[Row] = []
    for side, space, metric in GROUPS:
        trial.report(space, len(rows) / 7)
        velocity = rng.normal(size=metric.dim) / np.sqrt(metric.inertia)
        velocity *= LENGTH / metric.norm(velocity)
        for definition, change in (
            (STEADY, steady(metric, velocity, pace)),
            (FLOW, flow(metric, velocity, pace)),
            (ALONE, amplitudes_alone(metric, velocity, pace, LAYERS)),
        ):
            rows.append({"side": side, "setting": definition.format(space), **vars(change)})
    trial.report("landmarks", 6 / 7)
    change = landmark_flow(rng, pace)
    rows.append({"side": "template", "setting": FLOW.format("4 landmarks"), **vars(change)})
    return {"changes": rows}


def steady(metric: RightInvariantMetric, velocity: Real, pace: Pace) -> Change:
    """Layers ``exp(a_l H)``, multiplied one by one, beside ``exp(s H)``."""
    amplitudes = np.diff(pace.time(TIMES))
    points = products(metric, amplitudes[:, None] * velocity)
    expected = metric.exp(pace.time(TIMES)[:, None] * velocity)
    norms = metric.norm(amplitudes[:, None] * velocity)
    speed = float(metric.norm(velocity))
    energy = LAYERS * float(norms @ norms) / speed**2
    return Change(
        _farthest(points, expected),
        abs(float(norms.sum()) / speed - 1),
        energy,
        LAYERS * float(amplitudes @ amplitudes),
    )


def flow(metric: RightInvariantMetric, velocity: Real, pace: Pace) -> Change:
    """Integrate ``dg/dt = s'(t) u(s(t)) g`` and compare with the geodesic at the times s(t)."""
    geodesic = shoot(metric, velocity, tolerance=LOCAL)
    at_rest = _solve(lambda _, g: metric.hat(_velocity(geodesic, g)) @ g, metric.identity)

    def rate(t: float, g: Matrix) -> Matrix:
        u = _velocity(geodesic, at_rest(pace.time(t)))
        return pace.rate(t) * metric.hat(u) @ g

    moments = 0.5 * (NODES + 1)
    speeds = pace.rate(moments) * metric.norm(geodesic.at(pace.time(moments)).velocities)
    found = _solve(rate, metric.identity)
    expected = geodesic.at(pace.time(TIMES)).points
    return _change(np.array([*map(found, TIMES)]), expected, speeds, float(geodesic.length), pace)


def landmark_flow(rng: np.random.Generator, pace: Pace) -> Change:
    """Integrate ``dq/dt = s'(t) K(q) p(s(t))`` and compare with the geodesic at the times s(t)."""
    start, direction = rng.normal(size=(2, COUNT, 2))
    momenta = Cometric.at(KERNEL, start).coframe() @ direction * LENGTH / np.linalg.norm(direction)
    at_rest = _solve(
        lambda _, state: np.array(hamilton_field(Cometric.at(KERNEL, state[0]), state[1])),
        np.array([start, momenta]),
    )

    def rate(t: float, q: Real) -> Real:
        return pace.rate(t) * Cometric.at(KERNEL, q).raise_(at_rest(pace.time(t))[1])

    moments = 0.5 * (NODES + 1)
    shot = shoot_landmarks(KERNEL, start, momenta, times=pace.time(moments), tolerance=LOCAL)
    squared = Cometric.at(KERNEL, shot.points).inner(shot.momenta, shot.momenta)
    speeds = pace.rate(moments) * np.sqrt(squared)
    found = _solve(rate, start)
    times = pace.time(TIMES)
    expected = shoot_landmarks(KERNEL, start, momenta, times=times, tolerance=LOCAL).points
    return _change(np.array([*map(found, TIMES)]), expected, speeds, LENGTH, pace)


def amplitudes_alone(
    metric: RightInvariantMetric, velocity: Real, pace: Pace, layers: int
) -> Change:
    """Layers of the geodesic, each ``L (s_l - s_{l-1})`` times as strong and in its own direction."""
    middles = (np.arange(layers) + 0.5) / layers
    edges = np.linspace(0.0, 1.0, layers + 1)
    geodesic = shoot(metric, velocity, tolerance=LOCAL)
    x = geodesic.at(middles).velocities
    moves = np.diff(pace.time(edges))[:, None] * x
    # The end of the same layers at a constant pace: what is left is not their finite number.
    old, new = (products(metric, steps)[-1] for steps in (x / layers, moves))
    norms = metric.norm(moves)
    length = float(geodesic.length)
    missed = float(metric.norm(metric.log(old @ metric.inverse(new))))
    return Change(
        missed / length,
        abs(float(norms.sum()) / length - 1),
        layers * float(norms @ norms) / length**2,
        layers * float(np.sum(np.diff(pace.time(edges)) ** 2)),
    )


def products(metric: RightInvariantMetric, moves: Real) -> Matrix:
    """``exp(x_l) ... exp(x_1)`` for l = 0 ... L, (L + 1, N, N)."""
    points = [metric.identity]
    for move in metric.exp(moves):
        points.append(move @ points[-1])
    return np.array(points)


def _velocity(geodesic: Geodesic, g: Matrix) -> Vector:
    """The velocity of a geodesic at one of its points, by the conserved momentum."""
    return velocities_at(geodesic.metric, g[None], geodesic.momentum)[0]


def _solve(rate: Callable[[float, Array], Array], start: Array) -> Callable[[float], Array]:
    """The solution of ``dy/dt = rate(t, y)`` on [0, 1], at any time."""
    shape = start.shape
    found = scipy.integrate.solve_ivp(
        lambda t, y: rate(t, y.reshape(shape)).reshape(-1),
        (0.0, 1.0),
        start.reshape(-1),
        method="DOP853",
        dense_output=True,
        rtol=LOCAL,
        atol=LOCAL,
    )
    return lambda t: found.sol(t).reshape(shape)


def _change(points: Real, expected: Real, speeds: Real, length: float, pace: Pace) -> Change:
    return Change(
        _farthest(points, expected),
        abs(0.5 * float(WEIGHTS @ speeds) / length - 1),
        0.5 * float(WEIGHTS @ speeds**2) / length**2,
        pace.energy,
    )


def _farthest(points: Real, expected: Real) -> float:
    size = float(np.linalg.norm(expected[-1]))
    return float(np.linalg.norm((points - expected).reshape(len(points), -1), axis=1).max()) / size


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Image, length and energy, for every definition."""
    rows = tables["changes"]
    readings: list[Reading] = []
    for side, name in dict.fromkeys((str(r["side"]), str(r["setting"])) for r in rows):
        readings += _readings(side, name, [row for row in rows if row["setting"] == name])
    return Evidence(tuple(readings), tables, note=NOTE)


def _readings(side: str, name: str, rows: Sequence[Row]) -> Iterator[Reading]:
    energy, predicted = numbers(rows, "energy"), numbers(rows, "predicted")
    errors = {
        "distance of the new curve from the old": numbers(rows, "image"),
        "relative change of the length": numbers(rows, "length"),
        "error of the energy, the mean square of the pace times the old": np.abs(
            energy - predicted
        ),
        "fall of the energy below that of a constant pace": np.maximum(1 - energy, 0.0),
    }
    for what, values in errors.items():
        yield exact_reading(
            f"largest {what}", side, name, float(values.max()), tolerance=TOLERANCE, count=len(rows)
        )
