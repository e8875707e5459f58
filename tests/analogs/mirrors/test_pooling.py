"""C11: deformations and smoothed gradients by a second route, and verdicts that can fall either way."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analogs.evidence import Outcome, Setting, Trial
from analogs.evidence.repetition import join
from analogs.mirrors.pooling import experiment
from analogs.mirrors.pooling.claims import CLAIMS
from analogs.mirrors.pooling.deformations import deform, deformed, smooth_displacements
from analogs.mirrors.pooling.experiment import (
    ARMS,
    END,
    PLAIN,
    POOLED,
    SMOOTHED,
    STAGES,
    START,
    Pairs,
    conclude,
    network_for,
    repeat,
)
from analogs.mirrors.pooling.extrapolation import AMPLITUDE, SEEN, deformation, extrapolated
from analogs.mirrors.pooling.smoothing import smooth_gradients, sobolev_kernel
from analogs.training import digits
from analogs.training.data import shapes
from tests.closeness import EXACT, ROUNDING, assert_close


def test_displacements_have_the_spectrum_of_the_sobolev_kernel(rng):
    fields = smooth_displacements(4000, 8, amplitude=0.5, smoothness=2.0, rng=rng)
    assert_close(np.sqrt((fields**2).sum(axis=1).mean(axis=(1, 2))), np.full(4000, 0.5), ROUNDING)
    power = (np.abs(np.fft.fft2(fields)) ** 2).mean(axis=(0, 1))
    wave = 2 * np.pi * np.fft.fftfreq(8)
    expected = (1 + 4.0 * (wave[:, None] ** 2 + wave**2)) ** -4
    # Scaling each field to one size lowers what has the largest share of it, hence the tolerance.
    ratio = (power / power[1, 1]) / (expected / expected[1, 1])
    assert np.abs(np.log(ratio.ravel()[1:])).max() < 0.35
    assert power[0, 0] > power[0, 1] > power[0, 2] > power[0, 3]


def test_shifts_and_the_identity_by_hand(rng):
    images = rng.uniform(size=(2, 3, 5, 5))
    still = np.zeros((2, 2, 5, 5))
    assert_close(deform(images, still), images, EXACT)
    down = still.copy()
    down[0, 0] = 2.0
    found = deform(images, down)
    assert_close(found[0, :, :3], images[0, :, 2:], EXACT)
    assert_close(found[0, :, 3:], np.repeat(images[0, :, -1:], 2, axis=1), EXACT)
    assert_close(found[1], images[1], EXACT)
    half = still.copy()
    half[:, 1] = 0.5
    assert_close(deform(images, half)[..., :4], (images[..., :4] + images[..., 1:]) / 2, EXACT)


def test_deformed_images_are_near_the_images():
    split = digits(train_fraction=0.5, rng=np.random.default_rng(0))
    x = split.test_x[:50]
    pairs = Pairs(x, deformed(x, np.random.default_rng(0)))
    assert 0.2 < pairs.sensitivity(lambda images: images.reshape(len(images), -1)) < 0.8


def test_sensitivity_by_hand_and_its_invariance(rng):
    images = np.array([[0.0], [1.0], [3.0]])
    pairs = Pairs(images, images + 0.5)
    # Near 1/2; far 3, 1, 2.
    assert_close(pairs.sensitivity(lambda x: x), 0.25, EXACT)
    assert_close(pairs.sensitivity(lambda x: 7 - 3 * x), 0.25, EXACT)
    assert Pairs(images, images).sensitivity(lambda x: x) == 0.0


@pytest.mark.parametrize("side", [1, 3, 5])
def test_the_kernel_inverts_one_minus_the_laplacian(side):
    kernel = sobolev_kernel(side, 0.7).numpy()
    assert_close(kernel, kernel.T)
    assert_close(kernel.sum(axis=1), np.ones(side**2))
    # The cosines of the grid with free ends are its waves.
    k, places = np.arange(side), np.arange(side) + 0.5
    waves = np.cos(np.pi * np.outer(k, places) / side)
    rates = 2 - 2 * np.cos(np.pi * k / side)
    for i in range(side):
        for j in range(side):
            wave = np.outer(waves[i], waves[j]).ravel()
            assert_close(kernel @ wave, wave / (1 + 0.7 * (rates[i] + rates[j])))


def test_smoothed_gradients_are_the_kernel_times_the_gradients():
    split = shapes(20, side=8, train_fraction=0.5, rng=np.random.default_rng(0))
    smooth, plain = (network_for(arm, split, 3) for arm in (SMOOTHED, "none"))
    for model in (smooth, plain):
        scores = model(torch.tensor(split.train_x, dtype=torch.float32))
        scores.square().sum().backward()
    for name, weight in plain.named_parameters():
        found = smooth.get_parameter(name).grad
        expected = weight.grad
        if weight.ndim == 4:
            kernel = sobolev_kernel(5, experiment.STRENGTH).to(torch.float32)
            expected = torch.einsum("oim,mn->oin", weight.grad.flatten(2), kernel)
            expected = expected.reshape(weight.shape)
            assert (found - weight.grad).abs().max() > 1e-3
        torch.testing.assert_close(found, expected)


def test_no_strength_is_refused():
    with pytest.raises(ValueError, match="Argument `strength` must be positive"):
        smooth_gradients(torch.nn.Conv2d(1, 1, 3), 0.0)


def test_a_wide_kernel_carries_points_between_landmarks():
    found = extrapolated(np.random.default_rng(2))
    assert found.wide < 0.5 < 0.9 < found.narrow < 1.1
    moved = deformation(SEEN, np.zeros(2), np.eye(2)) - SEEN
    assert np.abs(moved).max() <= AMPLITUDE


def table(sensitivity, seeds=8):
    noise = np.random.default_rng(0)
    return tuple(
        {
            "seed": seed,
            "arm": arm,
            "stage": stage,
            "sensitivity": sensitivity(arm, stage, seed) + float(noise.uniform(-0.004, 0.004)),
            "accuracy": 0.9,
        }
        for seed in range(seeds)
        for arm in ARMS
        for stage in STAGES
    )


def outcomes(sensitivity):
    tables = {
        "sensitivities": table(sensitivity),
        "images": ({"seed": 0, "sensitivity": 0.5},),
        "landmarks": tuple({"seed": s, "wide": 0.2 + 0.01 * s, "narrow": 1.0} for s in range(8)),
    }
    found = conclude(Setting(True, tuple(range(8))), tables).readings
    assert all(reading.p_value is not None for reading in found if reading.decisive)
    return {reading.definition: reading.outcome for reading in found if reading.decisive}


def test_verdicts_fall_either_way():
    def helps_after_training(arm, stage, seed):
        return 0.4 if arm in POOLED and stage == END else 0.5

    found = outcomes(helps_after_training)
    assert found == {START: Outcome.REFUTED, END: Outcome.SUPPORTED}

    def helps_by_one_kind_only(arm, stage, seed):
        return 0.5 - 0.1 * (arm == "max") + 0.1 * (arm == "average")

    assert set(outcomes(helps_by_one_kind_only).values()) == {Outcome.REFUTED}

    def seeds_disagree(arm, stage, seed):
        return 0.5 + (0.2 if seed % 2 else -0.28) * (arm in POOLED)

    assert set(outcomes(seeds_disagree).values()) == {Outcome.INCONCLUSIVE}


def test_own_images_from_start_to_verdict(tmp_path, monkeypatch):
    monkeypatch.setattr(experiment, "EPOCHS_QUICK", 1)
    split = shapes(60, side=8, train_fraction=0.5, rng=np.random.default_rng(0))
    path = tmp_path / "mine.npz"
    np.savez(path, **vars(split))
    one, again, other = (repeat(Trial(True, seed, path)) for seed in (0, 0, 1))
    assert one == again
    assert one["sensitivities"] != other["sensitivities"]
    assert len(one["sensitivities"]) == len(ARMS) * len(STAGES)
    starts = {r["arm"]: r["sensitivity"] for r in one["sensitivities"] if r["stage"] == START}
    assert starts[SMOOTHED] == starts["none"]
    assert len(set(starts.values())) == len(POOLED + PLAIN)
    evidence = conclude(Setting(True, (0, 1)), join((0, 1), [one, other]))
    assert sum(reading.decisive for reading in evidence.readings) == 2


def test_the_claim():
    (claim,) = CLAIMS
    assert (claim.id, claim.aliases, claim.takes_data) == ("C11", ("P1",), True)
    assert claim.malformed
    assert claim.repair
