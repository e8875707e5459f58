import numpy as np
import pytest
import torch

from analogs.curves.trajectory import along
from tests.closeness import assert_close

nn = torch.nn


def circle(t):
    return torch.stack([t.cos(), t.sin()])


def test_an_ellipse_has_its_circumference_and_turns_once():
    from scipy.special import ellipe

    stretched = nn.Linear(2, 2, bias=False).double().requires_grad_(False).eval()
    stretched.weight.copy_(torch.diag(torch.tensor([3.0, 1.0])))
    image = along(stretched, circle, 0.0, 2 * np.pi)
    assert_close(image.length, 4 * 3 * ellipe(1 - 1 / 9), 1e-9)
    assert_close(image.turning, 2 * np.pi, 1e-9)


def test_corners_of_a_relu_are_part_of_the_turning():
    """The circle becomes a quarter arc, two edges, and a point: it stands still, which is refused."""
    with pytest.raises(ValueError, match="keep the curve moving"):
        along(nn.ReLU().eval(), circle, 0.0, 2 * np.pi, count=64)
    # From -pi/4 to pi/4 it runs up the first axis, and turns by a right angle into the arc.
    image = along(nn.ReLU().eval(), circle, -np.pi / 4, np.pi / 4, count=255)
    assert_close(image.turning, np.pi / 2 + np.pi / 4, 0.01)


def test_the_turning_approaches_the_integral_of_the_curvature():
    def wave(p):
        return torch.stack([p[0], p[0].sin()])

    exact = 4 * np.pi / 4
    errors = [
        exact - along(wave, lambda t: t[None], 0.0, 2 * np.pi, count=count).turning
        for count in (16, 64, 256)
    ]
    assert 0 <= errors[2] < 1e-9 or errors[0] > errors[1] > errors[2] >= 0


@pytest.mark.parametrize(("change", "name"), [({"count": 1}, "count"), ({"stop": 0.0}, "stop")])
def test_bad_arguments_are_refused(change, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        along(nn.ReLU().eval(), circle, **({"start": 0.0, "stop": 1.0} | change))
