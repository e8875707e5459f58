import pytest
import torch

from analogs.curves.precision import in_float64

nn = torch.nn


def test_the_copy_is_double_and_the_model_stays():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).eval()
    double = in_float64(model)
    assert {value.dtype for value in double.parameters()} == {torch.float64}
    assert double[1].running_mean.dtype == torch.float64
    assert model[0].weight.dtype == torch.float32
    with torch.no_grad():
        double[0].weight.zero_()
    assert model[0].weight.abs().min() > 0


def test_training_mode_is_refused_with_the_name_of_the_layer():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    with pytest.raises(ValueError, match="it is in training mode"):
        in_float64(model)
    model.eval()[1].train()
    with pytest.raises(ValueError, match="its layer `1` is in training mode"):
        in_float64(model)
