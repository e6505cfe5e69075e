import numpy as np
import pytest

from engine import losses
from kwidgets.session.constant_guess import constant_guess, is_fixed

rng = np.random.default_rng(0)
CLASSES = rng.choice(3, size=(400, 1), p=[0.6, 0.3, 0.1])
TARGETS = {
    "sparse_categorical_crossentropy": CLASSES,
    "categorical_crossentropy": np.eye(3)[CLASSES[:, 0]],
    "binary_crossentropy": (rng.random((400, 2)) < [0.2, 0.6]).astype(float),
    "mean_squared_error": rng.normal(3, 2, (400, 2)),
    "mean_absolute_error": rng.normal(3, 2, (400, 2)),
}


def guess_of(loss, target, split=0.0):
    training = {"loss": loss, "validation_split": split}
    return constant_guess({"data": {"targets": {"out": "y"}}, "training": training}, {"y": target})


def best_constant(name, target):
    """The guess that is right for each loss, and what the engine's loss says of it."""
    middle = np.median(target, 0) if name == "mean_absolute_error" else target.mean(0)
    if name == "sparse_categorical_crossentropy":
        middle = np.bincount(target[:, 0]) / len(target)
    guess = np.tile(middle, (len(target), 1)).astype("float32")
    from engine import backend as K

    values = K.eval(losses.get(name)(K.constant(target), K.constant(guess)))
    return float(np.mean(values))


@pytest.mark.parametrize("name", TARGETS)
def test_it_is_what_the_engines_loss_says_of_the_best_constant(name):
    assert guess_of(name, TARGETS[name]) == pytest.approx(best_constant(name, TARGETS[name]), rel=1e-4)


def test_the_part_for_validation_does_not_count():
    target = np.array([0.0, 1.0, 0.0, 1.0, 90.0])[:, None]
    assert guess_of("mse", target, split=0.2) == 0.25


def test_outputs_are_added_and_an_unknown_loss_makes_it_unknown():
    experiment = {"data": {"targets": {"a": "y", "b": "z"}}, "training": {"loss": {"a": "mse", "b": "mae"}}}
    arrays = {"y": np.array([[0.0], [2.0]]), "z": np.array([[0.0], [4.0]])}
    assert constant_guess(experiment, arrays) == 3.0
    assert guess_of("hinge", TARGETS["mean_squared_error"]) is None
    assert guess_of("mse", np.ones((5, 1))) is None


def test_a_large_target_is_sampled():
    assert guess_of("mse", np.tile([[0.0] * 500, [2.0] * 500, [1.0] * 500], (4001, 1))) == pytest.approx(
        2 / 3, rel=0.05
    )


def test_losses_of_ones_own_may_move():
    assert is_fixed("mse") and is_fixed({"a": "mse", "b": losses.mean_squared_error}) and is_fixed(None)
    assert not is_fixed(lambda y, p: p) and not is_fixed(["mse", lambda y, p: p])
