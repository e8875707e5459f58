import numpy as np
import pytest
import torch

from analogs.training.checkpoint import load_checkpoint
from analogs.training.data import from_file, images_for, shapes
from analogs.training.loop import train
from analogs.training.networks.convnet import convnet
from tests.closeness import EXACT, assert_close

COUNT, SIDE = 24, 4
Y = np.arange(COUNT) % 3


@pytest.fixture
def x(rng):
    return rng.integers(0, 256, size=(COUNT, SIDE, SIDE), dtype=np.uint8)


@pytest.fixture
def save(tmp_path):
    def write(**arrays):
        path = tmp_path / "mine.npz"
        np.savez(path, **arrays)
        return path

    return write


def load(path, seed=0):
    return from_file(path, train_fraction=0.75, rng=np.random.default_rng(seed))


def test_images_get_a_channel_and_come_back_once_each(save, x):
    split = load(save(x=x, y=Y))
    assert split.train_x.shape == (18, 1, SIDE, SIDE)
    assert split.classes == 3
    assert np.bincount(split.test_y).tolist() == [2, 2, 2]
    every = np.concatenate([split.train_x, split.test_x]).reshape(COUNT, -1)
    labels = np.concatenate([split.train_y, split.test_y])
    rows = np.lexsort(every.T)
    expected = x.reshape(COUNT, -1) / split_scale(split, x)
    assert_close(every[rows], expected[np.lexsort(expected.T)], EXACT)
    assert np.array_equal(labels[rows], Y[np.lexsort(expected.T)])


def split_scale(split, x):
    """What the inputs were divided by: the largest training input, to be found among all."""
    ratio = x.max() / max(split.train_x.max(), split.test_x.max())
    assert split.train_x.max() == 1.0
    return ratio


def test_the_split_depends_on_the_generator_alone(save, x):
    path = save(x=x, y=Y)
    one, two, three = (load(path, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.train_x, two.train_x)
    assert not np.array_equal(one.train_x, three.train_x)


def test_a_given_split_stays_and_small_floats_are_not_scaled(save, rng):
    parts = {"train_x": rng.uniform(-1, 1, size=(6, 2)), "test_x": rng.uniform(size=(3, 2))}
    labels = {"train_y": np.array([0, 1, 2] * 2), "test_y": np.array([2, 1, 0], dtype=np.uint8)}
    split = load(save(**parts, **labels))
    for name, array in (parts | labels).items():
        assert np.array_equal(getattr(split, name), array)
    assert split.test_y.dtype == np.int64


def test_the_test_part_has_no_say_in_the_scale(save):
    y = np.array([0, 1])
    split = load(save(train_x=[[4.0], [-8.0]], train_y=y, test_x=[[16.0], [1.0]], test_y=y))
    assert split.train_x.tolist() == [[0.5], [-1.0]]
    assert split.test_x.tolist() == [[2.0], [0.125]]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"y": Y[:5]}, "y"),
        ({"y": Y * 1.0}, "y"),
        ({"y": Y.astype(str)}, "y"),
        ({"y": Y + 1}, "y"),
        ({"y": Y - 1}, "y"),
        ({"y": Y * 2}, "y"),
        ({"y": Y * 0}, "y"),
        ({"y": np.where(Y == 2, 10**15, Y)}, "y"),
        ({"y": np.array([0] * (COUNT - 1) + [1])}, "y"),
        ({"y": Y[:, None]}, "y"),
        ({"x": np.full((COUNT, SIDE, SIDE), np.nan)}, "x"),
        ({"x": np.zeros(COUNT)}, "x"),
        ({"x": np.zeros((COUNT, SIDE), dtype=complex)}, "x"),
        ({"x": np.full((COUNT, SIDE), "a")}, "x"),
        ({"x": np.zeros((COUNT, 1, 1, SIDE, SIDE))}, "x"),
        ({"x": np.zeros((0, SIDE))}, "x"),
        ({"x": np.array([None] * COUNT)}, "data"),
    ],
)
def test_wrong_arrays_are_refused_in_one_line(save, x, change, name):
    path = save(**({"x": x, "y": Y} | change))
    with pytest.raises(ValueError, match=f"Argument `{name}` must") as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_a_class_missing_from_a_given_part_is_refused(save):
    x = np.zeros((4, 2))
    path = save(train_x=x, train_y=[0, 1, 0, 1], test_x=x, test_y=[0, 0, 0, 0])
    with pytest.raises(ValueError, match="Argument `test_y` must hold the classes 0 to k - 1"):
        load(path)


def test_other_files_are_refused(save, tmp_path, x):
    text = tmp_path / "text.npz"
    text.write_text("x = 1")
    single = tmp_path / "single.npy"
    np.save(single, x)
    cut = tmp_path / "cut.npz"
    cut.write_bytes(save(x=x, y=Y).read_bytes()[:-40])
    empty = tmp_path / "empty.npz"
    empty.touch()
    paths = [text, single, cut, empty, tmp_path, tmp_path / "absent.npz", save(x=x, labels=Y)]
    for path in paths:
        with pytest.raises(ValueError, match="Argument `data` must") as caught:
            load(path)
        assert "\n" not in str(caught.value)


def images(path, divisor):
    own = np.random.default_rng(1)
    return images_for(
        path,
        lambda rng: shapes(40, train_fraction=0.5, rng=rng),
        divisor=divisor,
        train_fraction=0.75,
        rng=own,
    )


def test_images_are_the_users_or_the_default(save, x):
    assert images(None, 4).train_x.shape == (20, 1, 16, 16)
    assert images(save(x=x, y=Y), 4).train_x.shape == (18, 1, SIDE, SIDE)


@pytest.mark.parametrize("shape", [(SIDE, SIDE + 4), (6, 6), (16,), (2, 4, 8)])
def test_images_that_blocks_do_not_divide_are_refused(save, shape):
    path = save(x=np.zeros((COUNT, *shape)), y=Y)
    must = "Argument `data` must hold square images whose side is a multiple of 4, but holds"
    with pytest.raises(ValueError, match=must):
        images(path, 4)


def test_an_interrupted_training_on_own_images_resumes_bit_for_bit(save, x, tmp_path):
    split = load(save(x=x, y=Y))
    options = {"batch_size": 5, "learning_rate": 1e-2, "weight_decay": 0.0, "seed": 3}

    def run(epochs, checkpoint=None):
        model = convnet([3], 3, classes=3, side=SIDE, seed=3)
        history = train(model, split, epochs=epochs, checkpoint=checkpoint, **options)
        return torch.cat([p.detach().flatten() for p in model.parameters()]), history

    file = tmp_path / "run.pt"
    run(2, file)
    assert len(load_checkpoint(file).history["loss"]) == 2
    resumed, whole = run(4, file), run(4)
    assert torch.equal(resumed[0], whole[0])
    assert resumed[1] == whole[1]
    other = load(save(x=255 - x, y=Y))
    with pytest.raises(ValueError, match="differs in data"):
        train(
            convnet([3], 3, classes=3, side=SIDE, seed=3),
            other,
            epochs=4,
            checkpoint=file,
            **options,
        )
