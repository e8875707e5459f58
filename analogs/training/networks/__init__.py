"""Small networks, one family a file, whose weights depend on a seed alone."""

from analogs.training.networks.bag import averaged, bag_of_blocks
from analogs.training.networks.blocks import Stack
from analogs.training.networks.convnet import convnet
from analogs.training.networks.deepsets import deepsets
from analogs.training.networks.fractal import fractal_net
from analogs.training.networks.highway import highway_net
from analogs.training.networks.plain import plain_net
from analogs.training.networks.residual import residual_net

__all__ = [
    "Stack",
    "averaged",
    "bag_of_blocks",
    "convnet",
    "deepsets",
    "fractal_net",
    "highway_net",
    "plain_net",
    "residual_net",
]
