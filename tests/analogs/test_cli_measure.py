"""The command `analogs measure`: a network from a function and a file of weights."""

from __future__ import annotations

import csv
import json
import sys

import click
import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result

from analogs.cli import main
from analogs.curves.loading import build_network, load_network, load_samples
from analogs.training.networks import Stack, residual_net
from tests.closeness import assert_close

nn = torch.nn

# The network of a user, in a file in the working directory.
SOURCE = """
import torch

nn = torch.nn

def turn():
    return nn.Sequential(nn.Linear(2, 2, bias=False), nn.Dropout(), nn.Linear(2, 2, bias=False))

def image():
    return nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(32, 3))

def number():
    return 3

def hungry(size):
    return nn.Linear(size, size)
"""
QUARTER = torch.tensor([[0.0, -1.0], [1.0, 0.0]])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "users_network.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "users_network", raising=False)
    yield tmp_path
    sys.modules.pop("users_network", None)


@pytest.fixture
def turned(here):
    """Two quarter turns and five samples."""
    torch.save({"0.weight": QUARTER, "2.weight": QUARTER}, here / "turn.pt")
    np.savez(here / "x.npz", x=np.ones((5, 2), dtype=np.float32), y=np.zeros(5))
    return here


def measure(*arguments: object) -> Result:
    arguments = ("measure", *arguments)
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="analogs")


def turn(*arguments: object) -> Result:
    return measure("turn.pt", "--model-from", "users_network:turn", "--input", "x.npz", *arguments)


def test_two_quarter_turns_are_read_and_put_in_evaluation_mode(turned):
    result = turn("--samples", 3)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["mode", "polar,", "3", "samples,", "evaluation", "mode,", "float64"]
    assert lines[2][:4] == ["unit", "kind", "input", "output"]
    assert lines[3] == ["0", "Linear", "2", "2", "4", "1.571", "1.414", "1.414", "0"]
    assert lines[4][:2] == ["1", "Dropout"]
    assert ["length", "3.142"] in lines


def test_json_holds_units_totals_and_the_distance(turned):
    record = json.loads(turn("--json", "--distance").stdout)
    assert [unit["length"] for unit in record["units"]] == pytest.approx([np.pi / 2, 0, np.pi / 2])
    assert record["units"][0]["singular_values"] == pytest.approx([1, 1])
    totals = record["totals"]
    assert_close([totals["length"], totals["distance_upper"]], [np.pi, np.pi], 1e-9)
    assert_close(totals["efficiency_upper"], 1.0, 1e-9)
    assert record["samples"] == 5


def test_files_are_written(turned):
    result = turn("--csv", "units.csv", "--plot", "curve.svg")
    assert result.exit_code == 0, result.output
    with (turned / "units.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["0", "1", "2"]
    assert float(rows[0]["length"]) == pytest.approx(np.pi / 2)
    assert "<svg" in (turned / "curve.svg").read_text(encoding="utf-8")


def test_costs_modes_and_repair_reach_the_curve(here):
    np.save(here / "x.npy", np.random.default_rng(0).normal(size=(2, 1, 4, 4)))
    source = ("--model-from", "users_network:image", "--input", "x.npy", "--json")
    torch.manual_seed(0)
    plain = json.loads(measure(*source).stdout)
    torch.manual_seed(0)
    dear = json.loads(measure(*source, "--radius", 0, "--q", 9).stdout)
    assert dear["units"][0]["length"] > dear["units"][0]["unpenalised_length"]
    assert_close(dear["units"][0]["unpenalised_length"], plain["units"][0]["length"])
    assert plain["units"][1]["length"] is None
    bent = json.loads(measure(*source, "--mode", "jacobian", "--repair").stdout)
    assert bent["units"][1]["length"] > 0
    small = json.loads(measure(*source, "--largest", 20).stdout)
    assert "more than the limit of 20" in small["units"][0]["remarks"]


def test_a_curve_without_distance_is_shown_all_the_same(here):
    np.save(here / "x.npy", np.ones((2, 1, 4, 4)))
    source = ("--model-from", "users_network:image", "--input", "x.npy", "--distance")
    result = measure(*source)
    assert result.exit_code == 0
    assert (
        "No distance: Argument `curve` must stay in one dimension, but `0` leads" in result.stdout
    )
    noted = measure(*source, "--mode", "jacobian", "--repair").stdout
    assert "[1] 2 of 2 samples: " in noted
    assert "No distance: Argument `mode` must be square or polar" in noted


@pytest.mark.parametrize("key", ["state_dict", "model"])
def test_weights_inside_a_checkpoint_are_found(here, monkeypatch, key):
    monkeypatch.syspath_prepend(here)
    torch.save({"epoch": 3, key: {"0.weight": QUARTER, "2.weight": QUARTER}}, here / "run.pt")
    model = load_network(here / "run.pt", "users_network:turn")
    assert torch.equal(model[2].weight, QUARTER)


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        residual_net(4, Stack(2), seed=0),
        nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), 1),
    ],
    ids=["layers", "residual", "attention"],
)
def test_a_network_of_known_layers_is_opened(tmp_path, model):
    torch.save(model, tmp_path / "net.pt")
    opened = load_network(tmp_path / "net.pt", None)
    assert repr(opened) == repr(model)
    assert not opened.training
    assert all(map(torch.equal, opened.state_dict().values(), model.state_dict().values()))


def test_a_saved_network_needs_no_function(here):
    torch.save(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), here / "model.pt")
    np.savez(here / "x.npz", x=np.ones((5, 2)))
    result = measure("model.pt", "--input", "x.npz", "--repair")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[3].split()[:2] == ["0", "Linear"]


class Own(nn.Module):
    """A user's own layer, which a file may name and not bring along."""


class Evil:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return (click.echo, ("the file was opened",))


def save_script(path):
    with pytest.warns(DeprecationWarning, match="deprecated"):
        torch.jit.save(torch.jit.trace(nn.ReLU(), torch.ones(1)), path)


def save_program(path):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.export.save(torch.export.export(nn.ReLU(), (torch.ones(1),)), path)


@pytest.mark.parametrize(
    ("write", "but"),
    [
        (lambda path: torch.save(Evil(), path), "net.pt2 needs click.utils.echo; save its state"),
        (lambda path: torch.save(Own(), path), "test_cli_measure.Own; save its state_dict()"),
        (save_script, "is a TorchScript archive"),
        (save_program, "is an exported program"),
        (lambda path: path.write_bytes(b"weights"), "net.pt2 is none"),
        (lambda path: torch.save([torch.ones(1)], path), "holds a list; for weights give"),
        (lambda path: torch.save({"epoch": 3}, path), "holds a dict; for weights give"),
    ],
)
def test_what_is_no_network_of_known_layers_is_not_opened(tmp_path, capsys, write, but):
    write(tmp_path / "net.pt2")
    with pytest.raises(ValueError, match="Argument `model` must") as error:
        load_network(tmp_path / "net.pt2", None)
    assert but in str(error.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("content", "but"),
    [
        (nn.Linear(3, 3), r"fit the network, but Missing key\(s\) in state_dict"),
        ({"epoch": 3}, "holds a dict of other things"),
    ],
)
def test_weights_of_another_network_are_refused(here, monkeypatch, content, but):
    monkeypatch.syspath_prepend(here)
    torch.save(content, here / "other.pt")
    with pytest.raises(ValueError, match=but):
        load_network(here / "other.pt", "users_network:turn")


@pytest.mark.parametrize(
    ("source", "but"),
    [
        ("users_network", "package.module:function"),
        ("users_network:nothing", "name a function that exists"),
        ("no_such_module:make", "name a function that exists"),
        ("users_network:hungry", "be callable without arguments"),
        ("users_network:number", "returns a int"),
    ],
)
def test_functions_that_build_no_network_are_refused(here, monkeypatch, source, but):
    monkeypatch.syspath_prepend(here)
    with pytest.raises(ValueError, match="Argument `model_from` must") as error:
        build_network(source)
    assert but in str(error.value)


@pytest.mark.parametrize(
    ("arrays", "but"),
    [
        ({"a": np.ones((2, 2)), "b": np.ones((2, 2))}, "hold an array `x`, but x.npz holds a, b"),
        ({"x": np.ones(3)}, "is float64 of shape (3,)"),
        ({"x": np.full((1, 2), np.nan)}, "has 2 entries that are not"),
        ({"x": np.ones((1, 2)) * 1j}, "is complex128"),
        ({"x": np.array([[{}]], dtype=object)}, "x.npz is none"),
    ],
)
def test_samples_that_are_no_batch_of_numbers_are_refused(tmp_path, arrays, but):
    np.savez(tmp_path / "x.npz", **arrays)
    with pytest.raises(ValueError, match="Argument `input` must") as error:
        load_samples(tmp_path / "x.npz", 4)
    assert but in str(error.value)


def test_the_only_array_serves_and_integers_stay_integers(tmp_path):
    np.savez(tmp_path / "x.npz", tokens=np.arange(6).reshape(3, 2))
    x = load_samples(tmp_path / "x.npz", 2)
    assert x.dtype == torch.int64
    assert x.shape == (2, 2)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("--model-from", "users_network:image"),
            "that the network takes, but on torch.float64 of",
        ),
        (("--model-from", "users_network:turn", "--q", 4), "Give --radius and --q together"),
        (("--model-from", "users_network:turn", "--plot", "a.txt"), "Argument `plot` must end in"),
        (("--model-from", "users_network:turn", "--csv", "no/a.csv"), "Argument `csv` must lie in"),
        (("--model-from", "users_network:turn", "--samples", 0), "Argument `samples` must"),
        ((), "Argument `model` must be given, but there is neither a file nor --model-from"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(turned, arguments, line):
    result = measure("--input", "x.npz", *arguments)
    assert result.exit_code == 2
    [error] = result.stderr.splitlines()
    assert error.startswith("Error: ")
    assert line in error


def test_a_missing_file_is_named(turned):
    result = measure("none.pt", "--model-from", "users_network:turn", "--input", "x.npz")
    assert (result.exit_code, result.stderr) == (2, "Error: No such file or directory: none.pt\n")
