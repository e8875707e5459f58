"""Numbers to feed to networks."""

from __future__ import annotations

import torch


def draw(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Return numbers in [0, 1), the same in every run."""
    return torch.rand(shape, generator=torch.Generator().manual_seed(0), dtype=dtype)
