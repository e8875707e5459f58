import io
import zipfile

import numpy as np
import pytest
import torch

from analogs.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from analogs.training.data import Split, digits
from analogs.training.loop import train
from analogs.training.networks.convnet import convnet

SETTINGS = {"batch_size": 20, "learning_rate": 1e-2, "weight_decay": 1e-3, "seed": 0}
EMPTY = Checkpoint({}, {}, {}, {})


@pytest.fixture(scope="module")
def small() -> Split:
    split = digits(train_fraction=0.5, rng=np.random.default_rng(0))
    return Split(split.train_x[:100], split.train_y[:100], split.test_x[:50], split.test_y[:50])


def weights(model: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_resumed_run_is_the_same_bit_for_bit(small, tmp_path, optimizer):
    settings = SETTINGS | {"optimizer": optimizer}
    whole = convnet([4], 3, seed=0)
    expected = train(whole, small, epochs=4, **settings)
    file = tmp_path / "run.pt"
    train(convnet([4], 3, seed=0), small, epochs=2, checkpoint=file, **settings)
    # Other initial weights, as in a new process that does not know the first seed.
    resumed = convnet([4], 3, seed=7)
    history = train(resumed, small, epochs=4, checkpoint=file, **settings)
    assert history == expected
    assert torch.equal(weights(resumed), weights(whole))


def test_the_optimizer_state_matters(small, tmp_path):
    """Negative control: weights alone do not resume a run of Adam."""
    file = tmp_path / "run.pt"
    whole, part = convnet([4], 3, seed=0), convnet([4], 3, seed=0)
    train(whole, small, epochs=3, **SETTINGS)
    train(part, small, epochs=2, checkpoint=file, **SETTINGS)
    stored = load_checkpoint(file)
    fresh = torch.optim.Adam(part.parameters(), lr=1e-2, weight_decay=1e-3).state_dict()
    save_checkpoint(file, Checkpoint(stored.settings, stored.model, fresh, stored.history))
    train(part, small, epochs=3, checkpoint=file, **SETTINGS)
    assert not torch.equal(weights(part), weights(whole))


def test_a_finished_run_is_loaded_and_not_repeated(small, tmp_path):
    file = tmp_path / "run.pt"
    one, two = convnet([4], 3, seed=0), convnet([4], 3, seed=1)
    history = train(one, small, epochs=2, checkpoint=file, **SETTINGS)
    reports: list[object] = []
    again = train(two, small, epochs=2, checkpoint=file, report=reports.append, **SETTINGS)
    assert again == history
    assert torch.equal(weights(one), weights(two))
    assert not reports
    assert not two.training


@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"learning_rate": 2e-2}, {"batch_size": 21}, {"optimizer": "sgd"}]
)
def test_a_run_with_other_settings_is_not_continued(small, tmp_path, change):
    file = tmp_path / "run.pt"
    train(convnet([1], 1, seed=0), small, epochs=1, checkpoint=file, **SETTINGS)
    with pytest.raises(ValueError, match=f"differs in {next(iter(change))}"):
        train(convnet([1], 1, seed=0), small, epochs=2, checkpoint=file, **(SETTINGS | change))


def test_a_run_on_other_data_or_fewer_epochs_is_not_continued(small, tmp_path):
    file = tmp_path / "run.pt"
    train(convnet([1], 1, seed=0), small, epochs=2, checkpoint=file, **SETTINGS)
    other = Split(small.train_x[::-1].copy(), small.train_y, small.test_x, small.test_y)
    with pytest.raises(ValueError, match="differs in data"):
        train(convnet([1], 1, seed=0), other, epochs=2, checkpoint=file, **SETTINGS)
    with pytest.raises(ValueError, match="at most 1 epochs"):
        train(convnet([1], 1, seed=0), small, epochs=1, checkpoint=file, **SETTINGS)


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    file = tmp_path / "run.pt"
    save_checkpoint(file, Checkpoint({"seed": 1}, {}, {}, {}))

    def broken(content, stream):
        stream.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", broken)
    with pytest.raises(OSError, match="disk full"):
        save_checkpoint(file, EMPTY)
    assert load_checkpoint(file).settings == {"seed": 1}
    assert list(tmp_path.iterdir()) == [file]


def test_tensors_survive(tmp_path):
    file = tmp_path / "run.pt"
    state = {"weight": torch.arange(3, dtype=torch.float64)}
    save_checkpoint(file, Checkpoint({}, state, {}, {"loss": [0.1]}))
    stored = load_checkpoint(file)
    assert torch.equal(stored.model["weight"], state["weight"])
    assert stored.history == {"loss": [0.1]}


def test_foreign_files_are_refused(tmp_path):
    text, other = tmp_path / "text.pt", tmp_path / "other.pt"
    text.write_text("no checkpoint")
    torch.save({"weight": torch.ones(1)}, other)
    with pytest.raises(ValueError, match="name a checkpoint"):
        load_checkpoint(text)
    with pytest.raises(ValueError, match="holds other keys"):
        load_checkpoint(other)
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "none.pt")


def test_a_cut_file_is_refused(tmp_path):
    file = tmp_path / "run.pt"
    save_checkpoint(file, EMPTY)
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ValueError, match="cut short"):
        load_checkpoint(file)


class _Payload:
    def __reduce__(self):
        return print, ("code ran",)


def test_a_hostile_file_runs_no_code(tmp_path, capsys):
    file = tmp_path / "run.pt"
    torch.save({"settings": _Payload(), "model": {}, "optimizer": {}, "history": {}}, file)
    assert zipfile.is_zipfile(io.BytesIO(file.read_bytes()))
    with pytest.raises(Exception, match="Weights only"):
        load_checkpoint(file)
    assert capsys.readouterr().out == ""
