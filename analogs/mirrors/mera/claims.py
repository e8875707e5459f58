"""The claims about MERA: its graph is negatively curved, and convolutional networks are the same."""

from __future__ import annotations

from analogs.evidence import Claim, Repeated
from analogs.mirrors.mera.hyperbolic import MARGIN, mera_curvature, network_curvature
from analogs.mirrors.mera.renormalisation import (
    DECIDING_FULL,
    DECIDING_QUICK,
    FACTOR,
    LEAST_GAIN,
    SEEN,
    STEPS_FULL,
    conclude,
    repeat,
)

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

_RINGS = " and ".join(map(str, DECIDING_FULL))

M3 = Claim(
    id="M3",
    title="A convolutional network is the same as entanglement renormalisation",
    quote=(
        "CNNs are the same as the entanglement renormalization algorithm, which extracts global "
        "information by iteratively throwing away local information"
    ),
    source="P2 III.10",
    kind="structure",
    definition=(
        "Network, two definitions, both identities: the filter bank of the wavelet D4, written down "
        "as convolutions of stride 2 on d features, against MERA's layout of rotations without its "
        "top gate (d to 16 in a quick run, to 128 in full); and the angles of that layout trained by "
        "least squares on white signals towards the filter bank on 16 features. Quantum, two "
        "definitions: relative errors of the energy of the critical Ising ring, brickwork over MERA, "
        "with as many gates and with as many layers. The ring is free fermions and the gates are "
        "Gaussian, two angles each: such a circuit is a pair of linear orthogonal networks of its "
        f"layout. Claimed: a factor of at least {FACTOR:g} on the rings of {_RINGS} sites (of "
        f"{DECIDING_QUICK[0]} in a quick run); one random start of each layout a seed, at most "
        f"{STEPS_FULL} steps of L-BFGS each. When this was written nothing had been seen of the rings of "
        f"{_RINGS} but how fast two pilot starts converge. General gates had been tried before on the "
        "ring of 16, for 60 steps, where brickwork was ahead by a factor of about 1.4; MERA was far from "
        "converged even after 800, so that Gaussian gates, which converge, took their place. The light "
        "cone of as many layers spans the whole ring of 8, where brickwork is exact, but a part of "
        "the larger ones: the outcome may depend on the size, so the smaller rings are shown without "
        f"a vote. So is the ring of {SEEN} with general gates, whose energies had been seen before "
        "the second definition was added (they may break the parity, which helps brickwork with few "
        "gates); Nielsen lengths, entropies below the minimal cut (true of every tensor network) "
        "and scaling dimensions on it; Haar's angles and a random orthogonal target as controls; and "
        "the rank of the wavelet network once it has ReLU."
    ),
    statistic=(
        "identities: largest deviation; energies: mean log ratio of relative errors, BCa over starts"
    ),
    null="a circuit that renormalises nothing reaches the same energy",
    smallest_effect=LEAST_GAIN,
    experiment=Repeated(repeat, conclude),
    seeds_quick=2,
    seeds_full=5,
    aliases=("EM3",),
    malformed=(
        "A convolutional network with ReLU and pooling maps features, is not linear and not "
        "invertible; entanglement renormalisation is a circuit of unitaries on 2^n amplitudes."
    ),
    repair=(
        "A linear network of orthogonal convolutions of stride 2 has the layout of MERA; and throwing "
        "away local information scale by scale lets a circuit reach a lower energy than one that "
        "keeps all sites in every layer."
    ),
)

CLAIMS = (M1, M2, M3)
