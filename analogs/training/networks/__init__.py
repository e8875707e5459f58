"""Small networks, one family a file, whose weights depend on a seed alone."""

from analogs.training.networks.convnet import convnet

__all__ = ["convnet"]
