r"""C12: the diameter against the size of the input, as brackets that hold for every size.

Products are over the matrix size N; local directions cost 1 and others q >= 1, so that

    diameter of the unpenalised metric  <=  diameter  <=  length of a path along local directions.

Three families.  **Circuits**, SU(2^n) up to phase, cost q = 4^n beyond weight 2; **linear networks**,
SO(d), cost q beyond neighbours; **reversible networks** on n bits (`reversible`), where the length
is the number of gates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.stats

from analogs.evidence import Evidence, Interval, Reading, Setting, effect_reading, exact_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import aic_least_squares
from analogs.mirrors.quantum.reversible import construction_bound, counting_bound
from qgeom._checks import fail
from qgeom._typing import Matrix, Real
from qgeom.algebra.reversible import reversible_gates
from qgeom.algebra.targets import target
from qgeom.geodesic.connect import connect
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.diameter import unpenalised_diameter
from qgeom.readings.word_length import word_lengths

QUBITS = range(1, 9)
FEATURES = range(3, 17)
BITS = range(1, 13)
# Up to this size a search knows the diameter of reversible networks.
SEARCHED_BITS = 3
# Up to these sizes geodesics to random targets are computed, quick and full.
SEARCHED_QUBITS = 3
SEARCHED_FEATURES_QUICK = (3,)
SEARCHED_FEATURES_FULL = (3, 4, 5)
# Logarithms of the target that a search starts from; no random starts, which cost ten times as much.
BRANCHES = 4
# Cost beyond neighbours; the bracket holds for every q >= 1.
NETWORK_COST = 16.0
# Published number of permutations of three bits by gate count (CLAIMS.md 1.1, Q5).
THREE_BITS = (1, 12, 102, 625, 2780, 8921, 17049, 10253, 577)
# A difference of Akaike's criterion that decides (CLAIMS.md 1.9).
DECISIVE = 10.0
# Log diameter = a + b x, and the variance of the noise.
PARAMETERS = 3
# On one and two qubits the upper end is the diameter itself.
ROUNDING = 1e-9
MODELS: dict[str, Callable[[Real], Real]] = {"power law": np.log, "exponential": np.asarray}
NOTE = (
    "The brackets are closed forms that hold for every size, so the differences of AIC say which "
    "model is nearer to them, not how likely it is. The upper end on SO(d) is a proof: no "
    "exponential stays below a line. On SU(2^n) the bracket is open: the lower end is bounded, the "
    "upper end exponential. That the penalised diameter is exponential there follows from "
    "the theorem of Nielsen et al. (Science 2006), gates <= O(n^6 d^3), and a count of gates, which "
    "gives no number for a given n. 'found' is the longest of the shortest geodesics that a search "
    "found to random targets: no bound on either side. Reversible layers that may depend on "
    "all other bits at once would need only 2 n - 1 of them: the exponent counts local gates."
)


@dataclass(frozen=True)
class Bracket:
    """A size of the input, and what the diameter lies between."""

    size: int
    q: float | None
    lower: float
    upper: float
    count: int = 0
    found: float | None = None
    median: float | None = None


@dataclass(frozen=True)
class Family:
    """A kind of transformation, with the brackets of its diameter by size."""

    side: str
    name: str
    meaning: str
    definition: str
    brackets: tuple[Bracket, ...]
    fitted_from: int

    def ends(self) -> dict[str, Real]:
        """Both ends and their geometric mean, at the sizes that are fitted."""
        used = [bracket for bracket in self.brackets if bracket.size >= self.fitted_from]
        lower = np.array([bracket.lower for bracket in used])
        upper = np.array([bracket.upper for bracket in used])
        return {"lower": lower, "upper": upper, "mean": np.sqrt(lower * upper)}

    @property
    def sizes(self) -> Real:
        """The sizes that are fitted."""
        sizes = np.array([bracket.size for bracket in self.brackets], dtype=float)
        return sizes[sizes >= self.fitted_from]


def diameters(setting: Setting) -> Evidence:
    """Bracket the diameter of the three families, and fit a power law and an exponential."""
    generators = setting.generators()
    setting.report("reversible networks", 0.0)
    families = [_reversible_family()]
    setting.report("SU(2^n)", 0.1)
    families.append(_circuit_family(generators))
    setting.report("SO(d)", 0.3)
    features = SEARCHED_FEATURES_QUICK if setting.quick else SEARCHED_FEATURES_FULL
    families.append(_network_family(features, generators))
    readings = [reading for family in families for reading in _readings(family)]
    tables = {
        "diameters": tuple(row for family in families for row in _rows(family)),
        "fits": tuple(row for family in families for row in _fits(family)),
    }
    return Evidence(tuple(readings), tables, note=NOTE)


def unpenalised_circuits(n_qubits: int) -> float:
    """Diameter of SU(2^n) up to phase with all costs 1: ``pi sqrt((1 - 4^-n) / 3)``.

    Examples
    --------
    >>> round(unpenalised_circuits(1) / np.pi, 12)
    0.5
    """
    return _known_diameter(PauliMetric(n_qubits, nielsen(1.0)))


def circuit_path(n_qubits: int) -> float:
    """Length of a circuit of two-qubit gates for any U, whatever the cost beyond weight 2.

    ``(23/48) 4^n - (3/2) 2^n + 4/3`` CNOTs and one-qubit gates suffice for n >= 2 (V. V. Shende, S. S.
    Bullock and I. L. Markov, IEEE Trans. CAD 25, 1000).  Each one-qubit gate is merged into a
    neighbouring CNOT, and each block is at most as long as the unpenalised diameter on two qubits.
    On one and two qubits nothing is penalised.

    Examples
    --------
    >>> round(circuit_path(3) / unpenalised_circuits(2), 9)  # 20 CNOTs
    20.0
    """
    if n_qubits <= 2:
        return unpenalised_circuits(n_qubits)
    size = 1 << n_qubits
    return unpenalised_circuits(2) * (23 * size**2 - 72 * size + 64) / 48


def unpenalised_network(features: int) -> float:
    """Diameter of SO(d) with all costs 1: ``pi sqrt(2 floor(d/2) / d)``.

    Examples
    --------
    >>> round(unpenalised_network(4) / np.pi, 12)
    1.0
    """
    return _known_diameter(MatrixMetric("so", features, band(1, 1.0)))


def brick_layer_path(features: int) -> float:
    r"""Length of d brick layers of rotations of neighbours, which reach all of SO(d); at most pi d.

    Clements et al. (Optica 3, 1460) null the entries of an orthogonal matrix by rotations of
    neighbours from both sides, which leaves d brick layers, in turns on the pairs (1, 2), (3, 4), ...
    and (2, 3), (4, 5), ..., and a diagonal of signs.  Signs pass a rotation by turning its
    angle round, so that all come first; being even in number they are a product of half turns of
    neighbouring pairs, and these add pi to angles of the first two layers.  Angles lie in [-pi, pi],
    so a layer of k rotations at once is no longer than ``pi sqrt(2 k / d)``; the cost of far
    entries does not enter.  In the Frobenius norm without 1/d this is O(d^1.5).

    Examples
    --------
    >>> round(brick_layer_path(3) / unpenalised_network(3), 12)  # three layers of one rotation
    3.0
    """
    d = features
    odd, even = (math.sqrt(2 * pairs / d) for pairs in (d // 2, (d - 1) // 2))
    return math.pi * ((d + 1) // 2 * odd + d // 2 * even)


def akaike_gap(sizes: Real, diameters: Real) -> float:
    """AIC of the power law minus AIC of the exponential, both fitted to the log of the diameter.

    Examples
    --------
    >>> x = np.arange(3.0, 9.0)
    >>> akaike_gap(x, 1 + 2**x) > DECISIVE, akaike_gap(x, 1 + x**2) < -DECISIVE
    (True, True)
    """
    return fit("power law", sizes, diameters)[0] - fit("exponential", sizes, diameters)[0]


def fit(model: str, sizes: Real, diameters: Real) -> tuple[float, float]:
    """Return AIC and the exponent of a power law, or the rate of an exponential."""
    x, y = MODELS[model](sizes), np.log(diameters)
    line = scipy.stats.linregress(x, y)
    return (
        aic_least_squares(y - line.intercept - line.slope * x, PARAMETERS),
        float(line.slope),
    )


def _known_diameter(metric: RightInvariantMetric) -> float:
    value = unpenalised_diameter(metric)
    if value is None:
        raise fail("metric", "have a known unpenalised diameter", f"is {metric}")
    return value


def _reversible_family() -> Family:
    brackets = []
    for bits in BITS:
        if bits <= SEARCHED_BITS:
            counts = word_lengths(reversible_gates(bits)).histogram
            longest = float(len(counts) - 1)
            brackets.append(Bracket(bits, None, longest, longest, count=sum(counts)))
        else:
            ends = float(counting_bound(bits)), float(construction_bound(bits))
            brackets.append(Bracket(bits, None, *ends))
    return Family(
        "network",
        "reversible networks",
        "bits",
        "nonlinear reversible maps on n bits, NCT gates, number of gates",
        tuple(brackets),
        fitted_from=SEARCHED_BITS + 1,
    )


def _circuit_family(generators: tuple[np.random.Generator, ...]) -> Family:
    brackets = []
    for n in QUBITS:
        q = 4.0**n
        bracket = Bracket(n, q, unpenalised_circuits(n), circuit_path(n))
        if n <= SEARCHED_QUBITS:
            draws = [(target("haar", n, rng=rng).matrix, rng) for rng in generators]
            bracket = with_search(bracket, PauliMetric(n, nielsen(q)), draws)
        brackets.append(bracket)
    return Family(
        "quantum",
        "SU(2^n)",
        "qubits",
        "SU(2^n) up to phase, cost 4^n beyond weight 2, tr/2^n",
        tuple(brackets),
        fitted_from=QUBITS[0],
    )


def _network_family(
    searched: tuple[int, ...], generators: tuple[np.random.Generator, ...]
) -> Family:
    brackets = []
    for d in FEATURES:
        bracket = Bracket(d, NETWORK_COST, unpenalised_network(d), brick_layer_path(d))
        if d in searched:
            haar = scipy.stats.special_ortho_group(d)
            draws = [(haar.rvs(random_state=rng), rng) for rng in generators]
            bracket = with_search(bracket, MatrixMetric("so", d, band(1, NETWORK_COST)), draws)
        brackets.append(bracket)
    return Family(
        "network",
        "SO(d)",
        "features",
        "real orthogonal maps on d features, neighbours cost 1, others any q >= 1, tr/d",
        tuple(brackets),
        fitted_from=FEATURES[0],
    )


def with_search(
    bracket: Bracket,
    metric: RightInvariantMetric,
    draws: list[tuple[Matrix, np.random.Generator]],
) -> Bracket:
    """Add the longest and the median length of the shortest geodesics found to random targets."""
    lengths = [
        float(
            connect(metric, element, rng=rng, branches=BRANCHES, starts=0, keep=2, throw=True)[
                0
            ].length
        )
        for element, rng in draws
    ]
    return replace(
        bracket, count=len(lengths), found=max(lengths), median=float(np.median(lengths))
    )


def _readings(family: Family) -> Iterator[Reading]:
    where = (family.side, family.definition)
    gaps = {end: akaike_gap(family.sizes, values) for end, values in family.ends().items()}
    yield effect_reading(
        "AIC(power law) - AIC(exponential) of the diameter, from the lower to the upper end",
        *where,
        Interval(gaps["mean"], min(gaps.values()), max(gaps.values())),
        count=len(family.sizes),
        smallest_effect=DECISIVE,
    )
    excess = [b.found - b.upper for b in family.brackets if b.found is not None]
    if excess:
        yield exact_reading(
            "control: excess of the longest geodesic found over the upper end",
            *where,
            max(0.0, *excess),
            tolerance=ROUNDING,
            count=len(excess),
            decisive=False,
        )
    if family.meaning == "bits":
        counts = np.array(word_lengths(reversible_gates(SEARCHED_BITS)).histogram)
        known = np.array(THREE_BITS)
        same = counts.shape == known.shape
        yield exact_reading(
            "difference of the gate counts of all permutations of three bits from the published ones",
            *where,
            float(np.abs(counts - known).max()) if same else math.nan,
            tolerance=0.0,
            count=int(counts.sum()),
        )


def _rows(family: Family) -> Iterator[Row]:
    for bracket in family.brackets:
        yield {
            "side": family.side,
            "family": family.name,
            "size": bracket.size,
            "size_meaning": family.meaning,
            "q": bracket.q,
            "lower": bracket.lower,
            "upper": bracket.upper,
            "count": bracket.count,
            "found": bracket.found,
            "median": bracket.median,
        }


def _fits(family: Family) -> Iterator[Row]:
    for end, values in family.ends().items():
        for model in MODELS:
            aic, parameter = fit(model, family.sizes, values)
            yield {
                "family": family.name,
                "end": end,
                "model": model,
                "aic": aic,
                "parameter": parameter,
            }
