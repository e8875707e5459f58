"""The same test on numpy arrays and on torch tensors, on CUDA too where there is a device."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

CUDA = [pytest.param("cuda", marks=pytest.mark.cuda)] if torch.cuda.is_available() else []
BACKENDS = ["numpy", "cpu", *CUDA]


def place(array: np.ndarray, backend: str) -> Any:
    """Return the array itself, or a tensor on the device of that name."""
    return array if backend == "numpy" else torch.as_tensor(array, device=backend)


def fetch(array: Any, backend: str) -> np.ndarray:
    """Return a numpy array, after asserting that the result is of the kind that was put in."""
    if backend == "numpy":
        assert isinstance(array, np.ndarray)
        return array
    assert isinstance(array, torch.Tensor)
    assert array.device.type == backend
    return array.resolve_conj().cpu().numpy()
