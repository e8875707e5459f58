"""M1, M2: whether the graphs of MERA and of convolutional networks are negatively curved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from analogs.evidence import Evidence, Reading, Setting, equivalence_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import bca_interval, slope
from analogs.mirrors.mera.circuit import brickwork_layers, gate_count, mera_layers
from analogs.mirrors.mera.curvature import forman_curvature, ollivier_curvature
from analogs.mirrors.mera.graphs import circuit_graph, convolution_graph
from analogs.mirrors.mera.hyperbolicity import diameter, hyperbolicity

# A slope of delta against the diameter below this counts as none (CLAIMS.md 1.9); flat graphs have
# 1/4 or more.
MARGIN = 0.05
LEVEL = 0.9  # of the interval: two one-sided tests at 5 %
SIZES_QUICK, SIZES_FULL = (16, 32, 64, 128), (16, 32, 64, 128, 256)
# Beyond, the transport problems of Ollivier's curvature are left out.
TRANSPORT_SITES = 64
KERNEL = 3


@dataclass(frozen=True)
class Family:
    """Graphs by number of sites.

    Attributes
    ----------
    name, side
        What they are, in words, and where they belong.
    graph
        The graph of n sites, a power of two.
    decisive
        False for a reference of known geometry.
    """

    name: str
    side: str
    graph: Callable[[int], nx.Graph]
    decisive: bool = False


def mera_graph(sites: int) -> nx.Graph:
    """Gates of the binary MERA, joined by wires."""
    return circuit_graph(mera_layers(sites))


def brickwork_graph(sites: int) -> nx.Graph:
    """Gates of a brickwork circuit, as many as MERA has."""
    return circuit_graph(brickwork_layers(sites, gate_count(mera_layers(sites))))


def grid_graph(sites: int) -> nx.Graph:
    """A square grid of width 2 log2(n), about the depth of MERA.

    Examples
    --------
    >>> [len(grid_graph(sites)) for sites in (16, 32)]
    [64, 100]
    """
    width = 2 * (sites.bit_length() - 1)
    return nx.grid_2d_graph(width, width)


def pyramid_graph(kernel: int, stride: int) -> Callable[[int], nx.Graph]:
    """Units of a convolutional network with log2(n) layers on a ring.

    Examples
    --------
    >>> [len(pyramid_graph(3, stride)(16)) for stride in (1, 2)]
    [80, 31]
    """
    return lambda sites: convolution_graph(sites, kernel, stride, sites.bit_length() - 1)


CIRCUITS = (
    Family("binary MERA, gates joined by wires", "quantum", mera_graph, decisive=True),
    Family("brickwork of as many gates", "quantum", brickwork_graph),
    Family("ring", "quantum", nx.cycle_graph),
    Family("square grid as wide as MERA is deep", "quantum", grid_graph),
)
NETWORKS = (
    Family(f"convolutions of stride 2, kernel {KERNEL}", "network", pyramid_graph(KERNEL, 2), True),
    Family("binary tree: stride 2, kernel 2", "network", pyramid_graph(2, 2)),
    Family(f"convolutions of stride 1, kernel {KERNEL}", "network", pyramid_graph(KERNEL, 1)),
)


def mera_curvature(setting: Setting) -> Evidence:
    """M1: delta against diameter for MERA, with flat circuits to compare."""
    return _compare(setting, CIRCUITS)


def network_curvature(setting: Setting) -> Evidence:
    """M2: delta against diameter for a strided network, with a tree and a flat one to compare."""
    return _compare(setting, NETWORKS)


def _compare(setting: Setting, families: Sequence[Family]) -> Evidence:
    sizes = SIZES_QUICK if setting.quick else SIZES_FULL
    rows, readings, rng = [], [], setting.resampling_generator()
    for done, family in enumerate(families):
        setting.report(family.name, done / len(families))
        own = [*_rows(family, sizes)]
        rows += own
        readings.append(_reading(family, own, rng))
    return Evidence(tuple(readings), {"graphs": tuple(rows)})


def _rows(family: Family, sizes: Sequence[int]) -> Iterator[Row]:
    for sites in sizes:
        graph = family.graph(sites)
        small = sites <= TRANSPORT_SITES
        transport = ollivier_curvature(graph) if small else np.array([np.nan])
        yield {
            "family": family.name,
            "side": family.side,
            "sites": sites,
            "vertices": len(graph),
            "edges": graph.number_of_edges(),
            "diameter": diameter(graph),
            "delta": hyperbolicity(graph),
            "forman": forman_curvature(graph).mean(),
            "ollivier": transport.mean() if small else None,
            "ollivier_least": transport.min() if small else None,
            "ollivier_most": transport.max() if small else None,
        }


def _reading(family: Family, rows: Sequence[Row], rng: np.random.Generator) -> Reading:
    columns = [np.array([row[name] for row in rows], dtype=float) for name in ("diameter", "delta")]
    interval = bca_interval(tuple(columns), slope, paired=True, level=LEVEL, rng=rng)
    return equivalence_reading(
        "slope of Gromov's delta against the diameter",
        family.side,
        f"{family.name}, {rows[0]['sites']} to {rows[-1]['sites']} sites",
        interval,
        count=len(rows),
        margin=MARGIN,
        decisive=family.decisive,
    )
