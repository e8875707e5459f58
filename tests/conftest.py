"""What every test shares: one hypothesis profile and one seeded source of random numbers."""

from __future__ import annotations

import os

# Before numpy and torch are loaded: two threads on matrices this small are slower than one.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import zlib

import numpy as np
import pytest
from hypothesis import settings

SEED = 20170618

settings.register_profile("reproducible", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("reproducible")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers that depend on the name of the test alone, not on the order of the run."""
    return np.random.default_rng([SEED, zlib.crc32(request.node.nodeid.encode())])
