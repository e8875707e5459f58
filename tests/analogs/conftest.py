"""Layers that a test makes without naming their weights get the same ones in every order."""

from __future__ import annotations

import zlib

import pytest
import torch


@pytest.fixture(autouse=True)
def weights_depend_on_the_test_alone(request: pytest.FixtureRequest) -> None:
    torch.manual_seed(zlib.crc32(request.node.nodeid.encode()))
