"""The brief run: what it returns, that it repeats, and that it survives a divergence."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analogs.training import accuracy, brief
from analogs.training.brief import LARGEST_LOSS, few_digits, train_briefly


def linear() -> torch.nn.Module:
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))
    torch.nn.init.zeros_(model[1].weight)
    torch.nn.init.zeros_(model[1].bias)
    return model


def test_images_to_test_are_others_than_those_to_train_on() -> None:
    split = few_digits(np.random.default_rng(3))
    trained, tested = ({image.tobytes() for image in x} for x in (split.train_x, split.test_x))
    assert not trained & tested
    assert split.classes == 10


def test_a_run_repeats_and_reports_what_the_model_does(monkeypatch: pytest.MonkeyPatch) -> None:
    split, models = few_digits(np.random.default_rng(0)), (linear(), linear())
    one, two = (train_briefly(model, split, quick=True, seed=4) for model in models)
    assert one == two
    assert one.train_accuracy == accuracy(models[0], split.train_x, split.train_y) > 0.3
    assert one.test_accuracy == accuracy(models[0], split.test_x, split.test_y)
    longer = train_briefly(linear(), split, quick=False, seed=4)
    assert longer.loss < one.loss
    monkeypatch.setattr(brief, "LARGEST_LOSS", 0.1)
    assert train_briefly(linear(), split, quick=True, seed=4).loss == 0.1


def test_a_divergent_run_counts_as_guessing() -> None:
    model = linear()
    model[1].weight.data.fill_(float("inf"))
    found = train_briefly(model, few_digits(np.random.default_rng(0)), quick=True, seed=0)
    assert (found.loss, found.train_accuracy, found.test_accuracy) == (LARGEST_LOSS, 0.1, 0.1)
