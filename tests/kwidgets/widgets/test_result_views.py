import numpy as np
import pytest

from kwidgets.evaluation.output import OutputResults
from kwidgets.widgets import result_views
from tests.kwidgets.evaluation.figures_of_sklearn import samples

CLASSES = OutputResults("digit", None, samples.TRUE, samples.PROBABILITIES, classes=["a", "b", "c", "d"])
AMOUNTS = OutputResults("rent", None, samples.AMOUNTS, samples.ESTIMATED[:, None], np.arange(samples.SAMPLES) + 10)
LABELS = OutputResults("tags", None, samples.FLAGS, samples.GIVEN, classes=["x", "y", "z"])


def test_curves_of_many_samples_are_thinned_and_keep_their_ends_and_their_area():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 2, 60_000)
    given = np.clip(true * 0.3 + rng.random(60_000) * 0.7, 0, 1)
    results = OutputResults("yes", None, true, given[:, None])
    curves = result_views.view(results, "curves", 1)["curves"]
    points = np.array(curves["roc"])
    assert len(points) <= 400 and points[0].tolist() == [0, 0] and points[-1].tolist() == [1, 1]
    area = (np.diff(points[:, 0]) * (points[1:, 1] + points[:-1, 1]) / 2).sum()
    assert area == pytest.approx(curves["area"], abs=2e-3)


def test_a_scatter_of_many_is_thinned_and_knows_its_samples():
    rng = np.random.default_rng(0)
    true = rng.normal(size=60_000)
    view = result_views.view(OutputResults("rent", None, true, true[:, None] * 0.9), "residuals", None)["residuals"]
    assert len(view["points"]) <= 1500 and len(view["rows"]) == len(view["points"])
    assert view["points"][7] == pytest.approx([true[view["rows"][7]], 0.9 * true[view["rows"][7]]])


@pytest.mark.parametrize("results", [CLASSES, AMOUNTS, LABELS], ids=lambda one: one.kind)
def test_every_figure_says_how_it_was_computed(results):
    made = result_views.figures(results, 0.001)
    assert len(made) >= 4 and all(one["how"] and one["value"] for one in made)
    for name in result_views.VIEWS[results.kind]:
        if name != "against":
            assert result_views.view(results, name, 0)["how"]


def test_captions_say_what_a_sample_is_and_what_it_was_taken_for():
    row = 4
    true, predicted = "abcd"[samples.TRUE[row]], "abcd"[samples.PREDICTED[row]]
    assert result_views.caption(CLASSES, row, "worst") == f"{true} → {predicted}"
    assert result_views.caption(CLASSES, row, "cell").endswith(f"% {predicted}")
    assert "predicted" in result_views.caption(AMOUNTS, 12, "worst") and result_views.caption(AMOUNTS, 5, "worst") == ""
    assert result_views.caption(LABELS, row, "worst").startswith("loss")
    flags = [name for name, flag in zip("xyz", samples.FLAGS[row], strict=True) if flag]
    assert result_views.truth(LABELS, row) == (", ".join(flags) or "none")
    assert result_views.truth(AMOUNTS, 10) == f"{samples.AMOUNTS[0]:.4g}" and result_views.truth(CLASSES, row) == true
