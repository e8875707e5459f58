"""What a layer does to one sample: its matrix if it is affine, else its Jacobian at the sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.curves.operations import BATCH_NORMS, CONVOLUTIONS, TRANSPOSED
from analogs.curves.trace import LayerCall, is_close

nn = torch.nn
Matrix = NDArray[np.float64]
BatchMap = Callable[[torch.Tensor], torch.Tensor]

# Classes that are affine in evaluation mode.  The list alone is not trusted: see `acts_as`.
AFFINE = (
    *CONVOLUTIONS,
    *TRANSPOSED,
    *BATCH_NORMS,
    *(nn.Linear, nn.Identity, nn.Flatten, nn.Unflatten),
    *(nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d),
    *(nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d),
    *(nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout),
    *(nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d),
    *(nn.CircularPad1d, nn.CircularPad2d, nn.CircularPad3d),
    *(nn.PixelShuffle, nn.PixelUnshuffle, nn.Upsample),
)


def sample_refusal(call: LayerCall) -> str:
    """Return "" if the layer maps each sample by itself and repeatably, else why it does not.

    The recorded batch h is run again together with other values, (h, 2h + 1).  A layer that mixes
    the samples of a batch (batch norm without running statistics) or draws random numbers gives
    another answer for h than it gave at first.
    """
    other = torch.cat([call.input, 2 * call.input + 1]).requires_grad_()
    try:
        # The sum with 0 keeps an in-place layer from overwriting the leaf.
        again = call.apply(other + 0.0)
    except Exception as error:
        reason = str(error).partition("\n")[0]
        return f"it does not run on another batch: {reason}"
    if not again.requires_grad:
        return "it is not differentiable"
    if not is_close(again[: len(call.output)], call.output):
        return "it gives a sample another output in another batch: it is no map of single samples"
    return ""


def may_be_affine(call: LayerCall) -> bool:
    """Whether the class of the layer is one that is affine in evaluation mode."""
    return isinstance(call.module, AFFINE)


def acts_as(call: LayerCall, matrix: Matrix, bias: NDArray[np.float64]) -> bool:
    """Whether the layer is h -> matrix @ h + bias on the recorded samples, and on 2h + 1.

    A subclass of an affine class may have changed its `forward`; this notices.
    """
    samples = torch.cat([call.input, 2 * call.input + 1])
    with torch.no_grad():
        output = call.apply(samples.clone())
    flat = samples.flatten(1).numpy() @ matrix.T + bias
    return is_close(torch.from_numpy(flat), output.flatten(1))


def affine_part(module: nn.Module, shape: tuple[int, ...]) -> tuple[Matrix, NDArray[np.float64]]:
    """Return W (m, n) and b (m,) of the affine layer h -> W h + b on float64 samples of `shape`.

    Column j of W is layer(e_j) - layer(0): the identity is pushed through the layer, so padding,
    stride and groups need no code of their own.

    Examples
    --------
    >>> matrix, bias = affine_part(torch.nn.AvgPool1d(2).double(), (1, 4))
    >>> matrix
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5]])
    """
    size = prod(shape)
    with torch.no_grad():
        bias = module(torch.zeros(1, *shape, dtype=torch.float64)).flatten()
        columns = module(torch.eye(size, dtype=torch.float64).reshape(size, *shape)).flatten(1)
    return (columns - bias).T.contiguous().numpy(), bias.numpy()


def jacobians(layer: BatchMap, samples: torch.Tensor) -> Iterator[Matrix]:
    """Yield the Jacobian J (m, n) of the layer at each of the float64 `samples` (batch, ...).

    The sample is repeated m times, and output i of copy i is differentiated: one backward pass
    yields all rows.  At a kink (ReLU at 0) J is the derivative that torch chooses.

    Examples
    --------
    >>> [jacobian] = jacobians(torch.nn.ReLU(), torch.tensor([[2.0, -1.0]], dtype=torch.float64))
    >>> jacobian
    array([[1., 0.],
           [0., 0.]])
    """
    for sample in samples:
        with torch.no_grad():
            rows = layer(sample[None].clone()).numel()
        copies = sample.expand(rows, *sample.shape).clone().requires_grad_()
        output = layer(copies + 0.0).flatten(1)
        (gradient,) = torch.autograd.grad(output.diagonal().sum(), copies)
        yield gradient.flatten(1).numpy()
