"""The claims that the graphs of MERA and of convolutional networks are negatively curved."""

from __future__ import annotations

from analogs.evidence import Claim
from analogs.mirrors.mera.hyperbolic import MARGIN, mera_curvature, network_curvature

_STATISTIC = "slope of delta against the diameter over the sizes, 90 % interval over the sizes"

M1 = Claim(
    id="M1",
    title="MERA builds a geometry of negative curvature",
    quote=(
        "We know that MERA builds a negative curvature geometry and is related with the famous AdS/CFT "
        "duality."
    ),
    source="P2 IV.5",
    kind="structure",
    definition=(
        "The graph of the binary MERA on a ring of n sites, gates joined by wires, n = 16 to 128 in "
        "a quick run and to 256 in full. Negative curvature in the large: Gromov's four-point delta, "
        "computed exactly, stays bounded while the diameter grows, a slope within "
        f"{MARGIN:g} of 0; it is 1/2 for rings and grids, which are shown beside it. The curvatures "
        "of Ollivier and Forman are shown without a vote. There is no randomness: seeds only "
        "resample the sizes."
    ),
    statistic=_STATISTIC,
    null="delta grows with the diameter",
    smallest_effect=MARGIN,
    experiment=mera_curvature,
    seeds_quick=1,
    seeds_full=5,
)

M2 = Claim(
    id="M2",
    title="A convolutional network has the negative curvature of MERA",
    quote="It's reasonable to guess that CNN may also have a similar negative curvature.",
    source="P2 IV.5",
    kind="structure",
    definition=(
        "The graph of a network of log2(n) convolutions of kernel 3 and stride 2 on a ring of n "
        "units, n = 16 to 128 in a quick run and to 256 in full; statistic and rule as in M1. This "
        "is the architecture alone, whatever the weights; networks without stride, which are flat, "
        "and trees are shown beside it without a vote. The curvature of the papers' metric on the "
        "group is the claims Q7 and C7."
    ),
    statistic=_STATISTIC,
    null="delta grows with the diameter",
    smallest_effect=MARGIN,
    experiment=network_curvature,
    seeds_quick=1,
    seeds_full=5,
)

CLAIMS = (M1, M2)
