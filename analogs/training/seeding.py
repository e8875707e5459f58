"""Random numbers of torch from a seed, without touching the state that the caller holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
import torch

from qgeom._checks import check_integer

T = TypeVar("T")


@contextmanager
def seeded(*seeds: int) -> Iterator[torch.Generator]:
    """Run a block of torch code under the given seeds; the global state outside stays as it was.

    Several integers make one seed, so `seeded(seed, epoch)` gives every epoch a stream of its own
    and a resumed run needs no stored state.  The yielded generator carries the same seed.

    Raises
    ------
    ValueError
        If a seed is not an integer >= 0.

    Examples
    --------
    >>> with seeded(3):
    ...     first = torch.rand(2)
    >>> with seeded(3) as generator:
    ...     second = torch.rand(2, generator=generator)
    >>> torch.equal(first, second)
    True
    """
    entropy = [check_integer("seed", seed, 0) for seed in seeds]
    state = int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0] >> np.uint64(1))
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(state)
        yield torch.Generator().manual_seed(state)


def build(seed: int, make: Callable[[], T]) -> T:
    """Return `make()`, a model whose weights depend on `seed` and on nothing else.

    Examples
    --------
    >>> one = build(0, lambda: torch.nn.Linear(2, 2))
    >>> two = build(0, lambda: torch.nn.Linear(2, 2))
    >>> torch.equal(one.weight, two.weight)
    True
    """
    with seeded(seed):
        return make()
