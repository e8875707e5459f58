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
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from analogs.curves.trace import LayerCall, UnreadCall

Shape = tuple[int, ...]

CONVOLUTIONS = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
TRANSPOSED = (torch.nn.ConvTranspose1d, torch.nn.ConvTranspose2d, torch.nn.ConvTranspose3d)
BATCH_NORMS = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d, torch.nn.BatchNorm3d)
NORMS = (
    *BATCH_NORMS,
    *(torch.nn.LayerNorm, torch.nn.GroupNorm),
    *(torch.nn.InstanceNorm1d, torch.nn.InstanceNorm2d, torch.nn.InstanceNorm3d),
)


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
    a norm (batch, layer, group, instance) one for each entry.  Layers without weights count 0,
    biases and additions too.

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
    if isinstance(module, NORMS):
        return prod(output_shape)
    return None if any(True for _ in module.parameters()) else 0


def macs_of_call(call: LayerCall) -> int | None:
    """Return the multiply-adds of any unit for one sample, a block or an attention included.

    A layer that `macs_counted` knows is counted by its formula.  In any other unit the products of
    matrices and convolutions are counted as torch carries them out, whether with weights or, in
    attention, of features with features; the norms inside are added.  Products entry by entry that
    a block forms without a layer are not counted.

    Returns
    -------
    int or None
        None if a layer in the unit holds weights that enter no product of these kinds.

    Examples
    --------
    >>> from analogs.curves.recording import SAMPLES
    >>> attention = torch.nn.MultiheadAttention(4, 1, batch_first=True).eval()
    >>> x = torch.ones(1, 5, 4)
    >>> call = LayerCall("attention", attention, x, x, args=(SAMPLES, SAMPLES, SAMPLES))
    >>> macs_of_call(call) == 4 * 5 * 4 * 4 + 2 * 5 * 5 * 4  # q, k, v, out; scores, values
    True
    """
    known = macs_counted(call.module, tuple(call.input.shape[1:]), tuple(call.output.shape[1:]))
    if known or (known == 0 and _is_builtin(call.module) and not call.inside):
        return known
    products = _products(call)
    if not call.inside:
        return products or known
    entries = 0
    for layer in call.inside:
        if isinstance(layer, UnreadCall) or macs_of_call(layer) is None:
            return None
        if isinstance(layer.module, NORMS):
            entries += layer.output[0].numel()
    return products + entries


def paper_macs_of_call(call: LayerCall) -> int:
    """Return the paper's factors of a unit: `macs_paper`, summed over the layers of a block.

    Examples
    --------
    >>> x = torch.ones(1, 3, 10, 10)
    >>> paper_macs_of_call(LayerCall("conv", torch.nn.Conv2d(3, 8, 5, padding=2), x, x))
    180000
    """
    layers = call.inside or (call,)
    return sum(
        macs_paper(layer.module, tuple(layer.input.shape[1:]))
        for layer in layers
        if isinstance(layer, LayerCall)
    )


def _is_builtin(module: torch.nn.Module) -> bool:
    return type(module).__module__.startswith("torch.nn.modules.")


def _products(call: LayerCall) -> int:
    """Multiply-adds in matrix products and convolutions, for one sample."""
    sample = call.input[:1].clone().requires_grad_()
    # The fused kernels of attention, which torch prefers without gradients, are not counted; this
    # one consists of products of matrices.
    with torch.enable_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as count:
        # The sum with 0 keeps an in-place layer from overwriting the leaf.
        call.apply(sample + 0.0)
    return count.get_total_flops() // 2
