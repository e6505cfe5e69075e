import numpy as np

from engine.events import EpochEnd
from kwidgets.session.best import BestValues, BestWeights


class Weight:
    def __init__(self, value):
        self.array = np.full(3, value, np.float32)
        self.nbytes = self.array.nbytes

    def host(self):
        return self.array


class Model:
    """Weights that a training would change in place."""

    def __init__(self):
        self.weights = [Weight(0.0)]

    def set_weights(self, arrays):
        for weight, array in zip(self.weights, arrays, strict=True):
            weight.array[...] = array


def after(epoch, **logs):
    return EpochEnd(epoch, logs, 1.0)


def test_validation_values_count_where_there_are_any_and_accuracy_is_better_when_larger():
    best = BestValues()
    best.take(1, {"loss": 1.0, "acc": 0.5, "val_loss": 2.0, "val_acc": 0.4})
    best.take(2, {"loss": 0.5, "acc": 0.9, "val_loss": 3.0, "val_acc": 0.6})
    assert best.all() == [
        {"metric": "val_loss", "value": 2.0, "epoch": 1},
        {"metric": "val_acc", "value": 0.6, "epoch": 2},
    ]


def test_training_values_count_without_validation_and_no_number_is_never_best():
    best = BestValues()
    best.take(1, {"loss": float("nan"), "lr": 0.1})
    best.take(2, {"loss": 4.0, "lr": 0.1})
    best.take(3, {"loss": float("nan"), "lr": 0.1})
    assert best.all() == [{"metric": "loss", "value": 4.0, "epoch": 2}]


def test_the_weights_of_the_best_epoch_come_back_though_training_went_on():
    model = Model()
    kept = BestWeights(lambda: model, print)
    for epoch, (weight, loss) in enumerate([(1.0, 3.0), (2.0, 1.0), (3.0, 2.0)]):
        model.weights[0].array[...] = weight
        kept(after(epoch, loss=loss))
    assert kept.restore(model) == 2
    assert model.weights[0].array.tolist() == [2.0, 2.0, 2.0]


def test_an_epoch_that_was_cut_short_is_never_the_best():
    model, lines = Model(), []
    kept = BestWeights(lambda: model, lines.append)
    kept(EpochEnd(0, {"loss": 0.1}, 1.0, partial=True))
    assert kept.epoch is None


def test_a_model_too_large_to_copy_is_told_once_and_not_copied():
    model, lines = Model(), []
    kept = BestWeights(lambda: model, lines.append, most_bytes=8)
    kept(after(0, loss=2.0))
    kept(after(1, loss=1.0))
    assert kept.epoch is None and len(lines) == 1 and "MB" in lines[0]
