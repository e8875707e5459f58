"""Shape vocabulary: N is the matrix size (2^n on n qubits), dim the dimension of the Lie algebra."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Real: TypeAlias = NDArray[np.float64]
Complex: TypeAlias = NDArray[np.complex128]
Integer: TypeAlias = NDArray[np.int64]

Vector: TypeAlias = Real  # (..., dim): algebra elements (velocities) in coordinates
Covector: TypeAlias = Real  # (..., dim): momenta, paired with vectors by sum_a m_a x_a
Matrix: TypeAlias = NDArray[Any]  # (..., N, N): group elements, or algebra elements as matrices

# numpy array or torch tensor: what the batched kernels accept and give back in kind.
Array: TypeAlias = Any
