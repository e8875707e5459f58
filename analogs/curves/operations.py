"""Multiply-adds of a layer: as the paper's factor counts them, and as they are carried out.

Paper 1, section III.A scales the metric of a layer with N_k kernels of size K_x x K_y x K_z and
input data of size S_x x S_y x S_z by the factor

    N_k K_x K_y K_z S_x S_y S_z .

We read z as the channel axis: S_x x S_y x S_z is the whole input, S_z its number of channels, and
K_z the depth of a kernel.  Taken literally the factor counts a kernel that slides along z too, with
one position for each input entry.  A convolutional layer does not slide along z: its kernels span
the full depth, K_z = S_z, and have one position along it, so the literal factor counts the depth
twice and is S_z times too large.  The two counts agree when the depth is 1 and the output has the
size of the input (stride 1, 'same' padding).
"""

from __future__ import annotations

from math import prod

import torch

Shape = tuple[int, ...]

CONVOLUTIONS = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
TRANSPOSED = (torch.nn.ConvTranspose1d, torch.nn.ConvTranspose2d, torch.nn.ConvTranspose3d)
BATCH_NORMS = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d, torch.nn.BatchNorm3d)


def macs_paper(module: torch.nn.Module, input_shape: Shape) -> int:
    """Return the paper's factor, taken literally, for one sample of `input_shape` (C, *spatial).

    N_k K_x K_y K_z S_x S_y S_z with N_k kernels of shape weight.shape[1:] (their depth is K_z =
    C / groups) and the whole input as S_x S_y S_z (S_z = C).  Stride and padding do not enter.
    It is 0 for every layer that is not a convolution: the paper gives no factor there.

    Source: paper 1, section III.A, "The Riemannian metric".

    Examples
    --------
    >>> macs_paper(torch.nn.Conv2d(3, 8, 5, padding=2), (3, 10, 10))  # 8 * 5*5*3 * 10*10*3
    180000
    >>> macs_paper(torch.nn.ReLU(), (3, 10, 10))
    0
    """
    if not isinstance(module, CONVOLUTIONS):
        return 0
    return module.weight.numel() * prod(input_shape)


def macs_counted(module: torch.nn.Module, input_shape: Shape, output_shape: Shape) -> int | None:
    """Return the multiply-adds by weights that the layer carries out for one sample.

    A convolution spends weight.numel() at each output position, so stride, dilation, padding and
    groups count as they act; products with padded zeros are carried out and counted.  A transposed
    convolution spends weight.numel() at each input position, a linear layer at each of its rows,
    a batch norm one for each entry.  Layers without weights count 0, biases and additions too.

    Returns
    -------
    int or None
        None for a layer that holds weights of a kind not listed here: the count is unknown.

    Examples
    --------
    >>> macs_counted(torch.nn.Conv2d(3, 8, 5, padding=2), (3, 10, 10), (8, 10, 10))
    60000
    >>> macs_counted(torch.nn.Conv2d(4, 8, 3, stride=2, groups=2), (4, 9, 9), (8, 4, 4))
    2304
    """
    if isinstance(module, CONVOLUTIONS):
        return module.weight.numel() * prod(output_shape[1:])
    if isinstance(module, TRANSPOSED):
        return module.weight.numel() * prod(input_shape[1:])
    if isinstance(module, torch.nn.Linear):
        return module.weight.numel() * prod(output_shape[:-1])
    if isinstance(module, BATCH_NORMS):
        return prod(output_shape)
    return None if any(True for _ in module.parameters()) else 0
