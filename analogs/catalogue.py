"""Every claim that can be tested, listed by hand: nothing registers itself on import."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from analogs.evidence import Claim
from analogs.mirrors.activation import claims as activation
from analogs.mirrors.ancilla import claims as ancilla
from analogs.mirrors.attention import claims as attention
from analogs.mirrors.circuits import claims as circuits
from analogs.mirrors.convnet import claims as convnet
from analogs.mirrors.difficulty import claims as difficulty
from analogs.mirrors.expressivity import claims as expressivity
from analogs.mirrors.fisher_rao import claims as fisher_rao
from analogs.mirrors.flattening import claims as flattening
from analogs.mirrors.fluid import claims as fluid
from analogs.mirrors.head import claims as head
from analogs.mirrors.mera import claims as mera
from analogs.mirrors.minimality import claims as minimality
from analogs.mirrors.permutation import claims as permutation
from analogs.mirrors.pooling import claims as pooling
from analogs.mirrors.pullback import claims as pullback
from analogs.mirrors.quantum import claims as quantum
from analogs.mirrors.reachability import claims as reachability
from analogs.mirrors.recursive import claims as recursive
from analogs.mirrors.residual_depth import claims as residual_depth
from analogs.mirrors.resnet import claims as resnet
from analogs.mirrors.reversible import claims as reversible
from analogs.mirrors.shooting import claims as shooting
from analogs.mirrors.shortcut import claims as shortcut
from analogs.mirrors.smoothness import claims as smoothness
from analogs.mirrors.structure_search import claims as structure_search
from qgeom._checks import fail

CLAIMS: tuple[Claim, ...] = (
    *quantum.CLAIMS,
    *convnet.CLAIMS,
    *pullback.CLAIMS,
    *expressivity.CLAIMS,
    *activation.CLAIMS,
    *head.CLAIMS,
    *pooling.CLAIMS,
    *permutation.CLAIMS,
    *flattening.CLAIMS,
    *structure_search.CLAIMS,
    *difficulty.CLAIMS,
    *reversible.CLAIMS,
    *resnet.CLAIMS,
    *shortcut.CLAIMS,
    *residual_depth.CLAIMS,
    *smoothness.CLAIMS,
    *reachability.CLAIMS,
    *recursive.CLAIMS,
    *mera.CLAIMS,
    *fluid.CLAIMS,
    *attention.CLAIMS,
    *fisher_rao.CLAIMS,
    *shooting.CLAIMS,
    *circuits.CLAIMS,
    *minimality.CLAIMS,
    *ancilla.CLAIMS,
)


def find(name: str, claims: Sequence[Claim] = CLAIMS) -> Claim:
    """Return the claim with this id or alias, in capital or small letters.

    Raises
    ------
    ValueError
        If there is none; the message lists the known ids and the closest match.

    Examples
    --------
    >>> find("c8").id
    'C8'
    """
    by_name = {key.casefold(): claim for claim in claims for key in (claim.id, *claim.aliases)}
    claim = by_name.get(name.casefold())
    if claim is None:
        known = "be one of " + ", ".join(claim.id for claim in claims)
        close = difflib.get_close_matches(name.casefold(), by_name, n=1)
        hint = f" (did you mean {by_name[close[0]].id}?)" if close else ""
        raise fail("claim", known, f"is {name!r}{hint}")
    return claim
