"""A2: the equation of Gauss against finite differences of the Fisher metric itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from analogs.evidence import Evidence, Outcome, Setting, Verdict, evaluate
from analogs.mirrors.fisher import experiment, model
from analogs.mirrors.fisher.claims import A2, CLAIMS
from analogs.mirrors.fisher.experiment import NETWORKS, SAFETY, Network, network_curvatures
from analogs.mirrors.fisher.model import categorical, fisher_curvature, gaussian
from tests.closeness import assert_close
from tests.oracles import charts

QUICK = Setting(quick=True, seeds=(0,))
# Differences of the metric, see `charts.STEP`, at points where it is well conditioned.
DIFFERENCES = 1e-5

Result = tuple[Verdict, Evidence]
Logits = Callable[[np.ndarray, np.ndarray], np.ndarray]

# z and nothing else: the Fisher metric of a Bernoulli variable is p (1 - p) dz^2.
LOGITS: dict[str, Logits] = {
    "regression": lambda t, x: t[0] * x + t[1],
    "hidden_unit": lambda t, x: t[0] * np.tanh(t[1] * x),
    "two_layers": lambda t, x: t[0] * np.tanh(t[1] * np.tanh(t[2] * x)),
}
POINTS = {
    "regression": np.array([0.7, -0.4]),
    "hidden_unit": np.array([1.3, 0.8]),
    "two_layers": np.array([1.5, 1.1, -0.9]),
}


@pytest.fixture(scope="module")
def result() -> Result:
    return evaluate(A2, QUICK)


def network_metric(logits: Logits, theta: np.ndarray, x: np.ndarray) -> charts.Metric:
    """``mean_x p (1 - p) grad z grad z^T`` around theta, slopes by complex steps."""

    def metric(shift: np.ndarray) -> np.ndarray:
        point = (theta + shift).astype(complex)
        steps = 1e-30j * np.eye(len(theta))
        slopes = np.array([logits(point + step, x).imag / 1e-30 for step in steps])
        p = 1 / (1 + np.exp(-logits(theta + shift, x)))
        return np.asarray((slopes * p * (1 - p)) @ slopes.T / len(x))

    return metric


@pytest.mark.parametrize("name", LOGITS)
def test_gauss_agrees_with_differences_of_the_metric(name: str, rng: np.random.Generator) -> None:
    theta, x = POINTS[name], rng.standard_normal(16)
    metric = network_metric(LOGITS[name], theta, x)
    frame = np.linalg.inv(np.linalg.cholesky(metric(np.zeros(len(theta))))).T
    # The frame of the QR decomposition is that of Cholesky, up to signs.
    first = embedding_slope(name, theta, x)
    signs = np.sign(np.diag(np.linalg.qr(first)[1]))
    plane = rng.standard_normal((2, len(theta)))
    expected = charts.sectional(metric, *(frame @ (signs * v) for v in plane))
    got, rounding = fisher_curvature(getattr(model, name), theta[None], x[None], plane[None])
    assert_close(got[0], expected, DIFFERENCES)
    assert rounding[0] < 1e-9
    flipped = charts.sectional(metric, frame @ plane[0], frame @ (plane[1] + 2 * plane[0]))
    if len(theta) == 2:
        assert_close(flipped, expected, DIFFERENCES)
    with pytest.raises(AssertionError):
        assert_close(-got[0], expected, DIFFERENCES)


def embedding_slope(name: str, theta: np.ndarray, x: np.ndarray) -> np.ndarray:
    chosen = getattr(model, name)
    return torch.func.jacrev(lambda t: 2 * torch.exp(chosen(t, torch.as_tensor(x)) / 2))(
        torch.as_tensor(theta)
    ).numpy()


def test_gaussian_metric_is_that_of_the_half_plane(rng: np.random.Generator) -> None:
    """``(dmu^2 + 2 dsigma^2) / sigma^2`` by differences."""
    sigma = 1.7
    metric = lambda shift: np.diag([1.0, 2.0]) / (sigma + shift[1]) ** 2  # noqa: E731
    assert_close(charts.sectional(metric, *np.eye(2)), -0.5, DIFFERENCES)
    theta = np.array([[0.3, sigma]])
    got = fisher_curvature(gaussian, theta, theta, rng.standard_normal((1, 2, 2)))[0]
    assert_close(got, [-0.5])


def test_probabilities_sum_to_one(rng: np.random.Generator) -> None:
    theta = torch.as_tensor(rng.standard_normal(3))
    x = torch.as_tensor(rng.standard_normal(16))
    models = (categorical, model.regression, model.hidden_unit, model.two_layers)
    centre = torch.tensor([0.2, 1.4], dtype=torch.float64)
    totals = [float(torch.exp(m(theta, x)).sum()) for m in models]
    assert_close([*totals, float(torch.exp(gaussian(centre, centre)).sum())], np.ones(5))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.model.__name__)
def test_rounding_bounds_what_a_turned_basis_changes(
    network: Network, rng: np.random.Generator
) -> None:
    theta = rng.standard_normal((300, network.parameters))
    data = rng.standard_normal((300, 16))
    planes = rng.standard_normal((300, 2, network.parameters))
    turned = np.array([[0.8, 0.6], [-1.2, 1.6]]) @ planes
    first, rounding = fisher_curvature(network.model, theta, data, planes)
    second, _ = fisher_curvature(network.model, theta, data, turned)
    assert (np.abs(first - second) < SAFETY * rounding).all()


def test_a_degenerate_metric_has_no_sign() -> None:
    """With w = 1e-9 the network is a w x: one parameter too many."""
    theta, data = np.array([[1.0, 1e-9]]), np.linspace(-1, 1, 16)[None]
    value, rounding = fisher_curvature(model.hidden_unit, theta, data, np.eye(2)[None])
    assert abs(value[0]) <= SAFETY * rounding[0]


def test_signs_depend_on_the_network(result: Result) -> None:
    verdict, evidence = result
    assert verdict.outcome is Outcome.DEFINITION_DEPENDENT
    known = [r for r in verdict.readings if r.definition == experiment.KNOWN]
    assert [r.outcome for r in known] == [Outcome.EXACT] * 3
    regression, hidden, _ = evidence.tables["signs"]
    assert regression["negative"] > 0.95 > 0.05 > regression["positive"]
    assert hidden["positive"] > 0.9 > 0.05 > hidden["negative"]


def test_table_and_readings_agree(result: Result) -> None:
    verdict, evidence = result
    values, _ = network_curvatures(NETWORKS[0], QUICK.generators())
    assert len(values) == evidence.tables["signs"][0]["count"]
    shares = [r.value for r in verdict.readings if r.name.startswith("share")]
    rows = evidence.tables["signs"]
    assert shares == [row[sign] for row in rows for sign in ("negative", "positive")]


def test_a_wrong_normalisation_refutes_the_known_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the weights of the quadrature the metric is not that of a Gaussian."""

    def unweighted(theta: torch.Tensor, centre: torch.Tensor) -> torch.Tensor:
        nodes = torch.linspace(-1, 1, 5, dtype=torch.float64)
        x = centre[0] + centre[1] * nodes
        return -(((x - theta[0]) / theta[1]) ** 2) / 2 - torch.log(theta[1])

    monkeypatch.setattr(experiment, "gaussian", unweighted)
    first = evaluate(A2, QUICK)[0].readings[0]
    assert first.outcome is Outcome.REFUTED


def test_claims_of_the_package() -> None:
    assert {claim.id: claim.kind for claim in CLAIMS} == {"A2": "information"}
