"""Metrics as objects: exact over all samples, however they are cut into batches; tests/keras/test_counted.py has their numbers."""

from __future__ import annotations

import copy
import gc
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import backend as K
from engine import losses, metrics
from engine.callbacks import EarlyStopping, ModelCheckpoint
from engine.layers import Dense, Input, Masking
from engine.models import Model, Sequential, load_model

RNG = np.random.default_rng(5)
X = RNG.normal(size=(23, 3)).astype("float32")
Y = (RNG.random((23, 2)) > 0.5).astype("float32")


def compiled(*listed: Any, **settings: Any) -> Model:
    model = Sequential([Dense(2, input_dim=3, activation="sigmoid")])
    model.compile("sgd", "mse", metrics=list(listed), **settings)
    return model


def all_at_once(metric: metrics.Metric, y: Any, p: Any, weights: Any = None) -> float:
    metric.update_state(y, p, sample_weight=weights)
    return float(metric.result())


@pytest.mark.parametrize("size", [1, 4, 10, 23, 50])
@pytest.mark.parametrize("make", [metrics.AUC, metrics.Precision, lambda: metrics.F1Score("macro"), metrics.R2Score])
def test_an_evaluation_is_that_of_all_samples_whatever_the_batches(make: Callable[[], Any], size: int) -> None:
    model = compiled(make())

    found = model.evaluate(X, Y, batch_size=size, verbose=0)[1]
    assert found == pytest.approx(all_at_once(make(), Y, model.predict(X)), abs=1e-9)


def test_each_epoch_and_each_validation_begins_anew() -> None:
    model = compiled(metrics.TruePositives(thresholds=0.0), metrics.MeanSquaredError(name="e"))
    history = model.fit(X, Y, batch_size=4, epochs=3, verbose=0, validation_data=(X[:9], Y[:9])).history

    assert history["true_positives"] == [Y.sum()] * 3
    assert history["val_true_positives"] == [Y[:9].sum()] * 3
    assert model.evaluate(X, Y, verbose=0)[1] == Y.sum()
    np.testing.assert_allclose(history["e"], history["loss"], rtol=1e-5)


def test_generators_and_fits_without_validation_count_alike() -> None:
    def batches() -> Any:
        while True:
            for start in range(0, 23, 5):
                yield X[start : start + 5], Y[start : start + 5]

    one, other = compiled(metrics.AUC()), compiled(metrics.AUC())
    other.set_weights(one.get_weights())
    by_arrays = one.fit(X, Y, batch_size=5, epochs=2, shuffle=False, verbose=0).history["auc"]

    assert other.fit_generator(batches(), 5, epochs=2, verbose=0).history["auc"] == by_arrays


def test_one_batch_counts_alone_unless_it_is_to_count_on() -> None:
    model = compiled(metrics.TruePositives(thresholds=0.0))

    assert model.train_on_batch(X[:5], Y[:5])[1] == Y[:5].sum()
    assert model.test_on_batch(X[5:9], Y[5:9])[1] == Y[5:9].sum()
    assert model.test_on_batch(X[:5], Y[:5], reset_metrics=False)[1] == Y[:9].sum()
    assert model.train_on_batch(X[9:], Y[9:], reset_metrics=False)[1] == Y.sum()
    model.reset_metrics()
    assert model.test_on_batch(X, Y, reset_metrics=False)[1] == Y.sum()
    Sequential([Dense(1, input_dim=1)]).reset_metrics()


def test_weights_count_for_weighted_metrics_alone() -> None:
    weights = RNG.random(23)
    model = compiled(metrics.Precision(name="p"), weighted_metrics=[metrics.Precision(name="w")])
    predicted = model.predict(X)

    _, plain, weighed = model.evaluate(X, Y, sample_weight=weights, batch_size=7, verbose=0)
    assert plain == pytest.approx(all_at_once(metrics.Precision(), Y, predicted))
    assert weighed == pytest.approx(all_at_once(metrics.Precision(), Y, predicted, weights), rel=1e-5)


def test_what_is_masked_weighs_nothing() -> None:
    x = RNG.normal(size=(4, 5, 3)).astype("float32")
    x[:, 3:] = 0
    y = RNG.normal(size=(4, 5, 1))
    model = Sequential([Masking(input_shape=(5, 3)), Dense(1)])
    model.compile("sgd", "mse", metrics=[metrics.MeanAbsoluteError()])

    expected = np.abs(model.predict(x) - y)[:, :3].mean()
    assert model.evaluate(x, y, batch_size=3, verbose=0)[1] == pytest.approx(expected, rel=1e-5)


def test_each_output_has_a_metric_of_its_own() -> None:
    x = Input((3,))
    model = Model(x, [Dense(2, name="a")(x), Dense(2, name="b")(x)])
    model.compile("sgd", "mse", metrics=[metrics.MeanSquaredError(name="e")])

    _, a, b, error_a, error_b = model.evaluate(X, [Y, Y], batch_size=4, verbose=0)
    assert (error_a, error_b) == (pytest.approx(a, rel=1e-5), pytest.approx(b, rel=1e-5))
    assert model.metrics_names[3:] == ["a_e", "b_e"]


def test_names_are_told_apart_and_found_under_other_numbers() -> None:
    model = compiled(metrics.AUC(), metrics.AUC(curve="PR"), metrics.Recall(), "Precision")
    assert model.metrics_names == ["loss", "auc", "auc_1", "recall", "precision"]

    stopping = EarlyStopping(monitor="val_recall_3", mode="max")
    history = model.fit(X, Y, verbose=0, validation_split=0.2, callbacks=[stopping]).history
    assert history["recall_2"] == history["recall"]
    assert "auc_7" not in history


COPIES: dict[str, Callable[[Model, Path], Model]] = {
    "file": lambda model, path: model.save(path) or load_model(path),
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "deepcopy": lambda model, path: copy.deepcopy(model),
}


@pytest.mark.parametrize("way", COPIES)
def test_a_compiled_model_keeps_its_metrics(way: str, tmp_path: Path) -> None:
    listed = [metrics.AUC(num_thresholds=7, name="a"), metrics.MeanIoU(2), metrics.MeanMetricWrapper(losses.huber)]
    model = compiled(*listed, weighted_metrics=None)
    again = COPIES[way](model, tmp_path / "m.h5")

    assert again.metrics_names == model.metrics_names == ["loss", "a", "mean_io_u", "huber"]
    assert again.evaluate(X, Y, verbose=0) == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-6)


def test_a_checkpoint_follows_a_metric(tmp_path: Path) -> None:
    keep = ModelCheckpoint(tmp_path / "m.h5", monitor="auc", mode="max", save_best_only=True)
    model = compiled(metrics.AUC())
    model.fit(X, Y, verbose=0, callbacks=[keep])

    assert load_model(tmp_path / "m.h5").evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)


class Hits(metrics.Metric):
    """As tf.keras's guides write one."""

    def __init__(self, name: str = "hits", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.hits = self.add_weight(name="hits", initializer="zeros")
        self.rows = self.add_weight("rows", dtype="float64", aggregation="sum")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.hits.assign_add(K.sum(K.cast(K.equal(y_true, K.round(y_pred)), "float32")))
        self.rows.assign_add(K.sum(K.ones_like(y_true)))

    def result(self) -> Any:
        return self.hits / K.cast(self.rows, "float32")

    def reset_states(self) -> None:
        self.hits.assign(0.0)
        self.rows.assign(0.0)


class Sums(metrics.Metric):
    """As Keras 2.3's code writes one: `update_state` gives updates, and knows no weights."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.total = self.add_weight("total", initializer="ones")

    def update_state(self, y_true: Any, y_pred: Any) -> Any:
        return [K.update_add(self.total, K.sum(y_true))]

    def result(self) -> Any:
        return {"sum": self.total, "twice": 2 * self.total}


class Doubled(metrics.MeanSquaredError):
    """Derives from one that is there."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        super().update_state(2 * y_true, 2 * y_pred, sample_weight)

    def result(self) -> Any:
        return super().result() + 1


def test_metrics_of_ones_own_count_in_training_and_at_once(tmp_path: Path) -> None:
    model = compiled(Hits(), Sums(), Doubled(name="d"))
    predicted = model.predict(X)
    _, hits, total, twice, doubled = model.evaluate(X, Y, batch_size=5, verbose=0)

    assert hits == pytest.approx(np.mean(np.round(predicted) == Y))
    assert (total, twice) == (1 + Y.sum(), 2 + 2 * Y.sum())
    assert doubled == pytest.approx(1 + 4 * np.mean((Y - predicted) ** 2), rel=1e-5)
    at_once = Doubled()
    at_once.update_state(Y, predicted)
    assert float(at_once.result()) == pytest.approx(doubled, rel=1e-5)
    sums = Sums()
    sums.update_state([1.0, 2.0], [0.0, 0.0])
    assert {name: float(value) for name, value in sums.result().items()} == {"sum": 4.0, "twice": 8.0}
    model.save(tmp_path / "m.h5")
    again = load_model(tmp_path / "m.h5", custom_objects={"Hits": Hits, "Sums": Sums, "Doubled": Doubled})
    assert again.evaluate(X, Y, batch_size=5, verbose=0) == [pytest.approx(v) for v in (_, hits, total, twice, doubled)]


def test_assignments_of_one_batch_follow_each_other() -> None:
    class Running(metrics.Metric):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.sum, self.count, self.mean = (self.add_weight(name) for name in ("sum", "count", "mean"))

        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            self.sum.assign_add(K.sum(y_true))
            self.count.assign_add(1.0)
            self.count.assign_sub(0.5)
            self.mean.assign(self.sum / self.count)

        def result(self) -> Any:
            return self.mean

    at_once = Running()
    at_once.update_state(Y[:12], Y[:12])
    at_once.update_state(Y[12:], Y[12:])
    assert float(at_once.result()) == Y.sum()
    assert compiled(Running()).evaluate(X, Y, batch_size=12, verbose=0)[1] == Y.sum()


def test_states_of_several_metrics_are_put_together() -> None:
    parts = [metrics.AUC(), metrics.AUC(), metrics.AUC()]
    predicted = RNG.random((23, 2))
    for part, rows in zip(parts, (slice(0, 5), slice(5, 11), slice(11, 23)), strict=True):
        part.update_state(Y[rows], predicted[rows])
    parts[0].merge_state(parts[1:])

    assert float(parts[0].result()) == all_at_once(metrics.AUC(), Y, predicted)


def test_counts_stay_exact_beyond_what_32_bits_hold() -> None:
    metric = metrics.TruePositives()
    metric.update_state(1, 1.0, sample_weight=2.0**24)
    metric.update_state(1, 1.0)

    assert float(metric.result()) == 2**24 + 1


def test_computed_tensors_and_lists_are_taken_and_the_result_is_a_number() -> None:
    metric = metrics.Accuracy()
    metric.update_state(K.constant([1.0, 2.0]), K.variable([1.0, 3.0]))

    assert f"{metric.result():.2f}" == "0.50"
    assert K.eval(metric.result()) == metric.result().numpy() == 0.5
    x = K.placeholder((None, 1))
    [value] = K.function([x], [metrics.MeanSquaredError()(K.constant([[0.0]]), x)])([[[3.0]]])
    assert value == 9


def test_a_metric_is_not_shared_by_copies() -> None:
    metric = metrics.Mean()
    metric.update_state([1.0, 3.0])
    other = copy.deepcopy(metric)
    other.update_state([8.0])

    assert (float(metric.result()), float(other.result())) == (2, 4)


def test_wrong_settings_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"Precision, thresholds: expected a number from 0 to 1, or a list of them"):
        metrics.Precision(thresholds=1.5)
    with pytest.raises(TypeError, match="MeanIoU: expected a value for 'num_classes'"):
        metrics.MeanIoU()
    with pytest.raises(ValueError, match=r"AUC, curve: expected 'ROC' or 'PR', found 'roc'"):
        metrics.AUC(curve="roc")
    with pytest.raises(TypeError, match="add_weight: expected a known argument, found regularizer"):
        metrics.Mean().add_weight("x", regularizer="l2")


class TestOtherFormsOfTheSame:
    """What may be written in another form, and what is no form of it."""

    @pytest.mark.parametrize("kind", ["int8", "uint8", ">i4", "bool", "float16", "object", "list"])
    def test_numbers_of_every_type_count_alike(self, kind: str) -> None:
        y, p = (RNG.random((9, 2)) > 0.5).astype(int), RNG.random((9, 2)).astype("float16")
        given = y.tolist() if kind == "list" else y.astype(kind)

        for make in (metrics.AUC, metrics.Precision, metrics.RootMeanSquaredError, metrics.BinaryAccuracy):
            assert all_at_once(make(), given, p) == all_at_once(make(), y, p.astype("float64")), make

    def test_small_whole_numbers_do_not_overflow_and_large_ones_are_told_apart(self) -> None:
        low, high = np.array([[200]], "uint8"), np.array([[250]], "uint8")
        assert all_at_once(metrics.RootMeanSquaredError(), high, low) == 50
        assert all_at_once(metrics.Accuracy(), np.array([2**24 + 1]), np.array([2**24])) == 0
        assert float(losses.Huber()(low, high)) == 49.5

    def test_what_is_masked_is_refused(self) -> None:
        masked = np.ma.array([[0.1, 0.9]], mask=[[True, False]])
        with pytest.raises(ValueError, match="metric: expected numbers everywhere, found a masked array"):
            metrics.AUC().update_state([[0, 1]], masked)
        with pytest.raises(ValueError, match="loss: expected numbers everywhere, found a masked array"):
            losses.MeanSquaredError()([[0, 1]], masked)

    @pytest.mark.parametrize("make", [metrics.AUC, metrics.R2Score, metrics.F1Score, lambda: metrics.MeanIoU(2)])
    def test_targets_of_another_shape_are_refused(self, make: Callable[[], Any]) -> None:
        with pytest.raises(ValueError, match=r"expected targets in the shape of the outputs \(3, 4\), found \(3, 2\)"):
            make().update_state(np.zeros((3, 2)), np.zeros((3, 4)))

    @pytest.mark.parametrize("make", [metrics.F1Score, metrics.R2Score, metrics.MeanTensor])
    def test_what_needs_a_first_batch_says_so(self, make: Callable[[], Any]) -> None:
        with pytest.raises(ValueError, match="result: expected update_state before it, found no batch yet"):
            make().result()

    def test_nothing_and_one_class_alone_give_no_nan(self) -> None:
        assert float(metrics.AUC().result()) == float(metrics.Precision().result()) == 0
        one_class: dict[Any, float] = {
            metrics.AUC(): 0,
            metrics.Precision(): 0,
            metrics.F1Score("macro"): 0,
            metrics.R2Score(): 0,
            metrics.SensitivityAtSpecificity(0.5): 0,
        }
        for metric, expected in one_class.items():
            assert all_at_once(metric, np.zeros((3, 1)), np.full((3, 1), 0.25)) == expected, metric

    def test_a_number_that_is_no_class_is_refused(self) -> None:
        with pytest.raises(ValueError, match="MeanIoU: expected classes from 0 to 1, found 5"):
            metrics.MeanIoU(2).update_state([0, 5], [0, 1])
        with pytest.raises(ValueError, match="found -1"):
            metrics.MeanIoU(2).update_state([0, -1], [0, 1])

    def test_settings_may_be_numpys_and_are_plain_in_configs(self) -> None:
        listed = [
            metrics.Precision(thresholds=np.float32(0.25)),
            metrics.AUC(num_thresholds=np.int32(10), thresholds=np.array([0.5])),
            metrics.TopKCategoricalAccuracy(k=np.int64(3)),
            losses.BinaryCrossentropy(from_logits=np.bool_(True), label_smoothing=np.float64(0.5)),
        ]
        for one in listed:
            assert type(one).from_config(json.loads(json.dumps(one.get_config()))).get_config() == one.get_config()

    def test_several_numbers_are_shown_by_their_mean_with_a_warning(self) -> None:
        with pytest.warns(UserWarning, match="metric 'precision' gives 2 numbers; their mean is shown"):
            model = compiled(metrics.Precision(thresholds=[0.2, 0.6]))

        expected = metrics.Precision(thresholds=[0.2, 0.6])(Y, model.predict(X)).mean()
        assert model.evaluate(X, Y, verbose=0)[1] == pytest.approx(expected)

    def test_lists_may_lie_in_a_list_one_for_each_output(self) -> None:
        x = Input((3,))
        model = Model(x, [Dense(2, name="a")(x), Dense(2, name="b")(x)])
        model.compile("sgd", "mse", metrics=[[metrics.Accuracy()], ["mse", metrics.AUC()]])
        assert model.metrics_names[3:] == ["a_accuracy", "b_mean_squared_error", "b_auc"]
        with pytest.raises(ValueError, match="compile, metrics: expected 2 entries, one for each of a, b, found 1"):
            model.compile("sgd", "mse", metrics=[["mse"]])

    def test_many_compiles_with_the_same_metric_leave_nothing(self) -> None:
        kept = metrics.AUC()
        model = compiled(kept)

        def again() -> None:
            model.compile("sgd", losses.BinaryCrossentropy(), metrics=[kept, metrics.F1Score("macro")])
            model.train_on_batch(X, Y)

        def objects() -> int:
            gc.collect()
            return sum(str(type(one).__module__).startswith("engine.") for one in gc.get_objects())

        for _ in range(3):
            again()
        before = objects()
        for _ in range(5):
            again()
        assert objects() == before


@pytest.mark.parametrize(
    ("name", "better"),
    [
        *(
            (name, "greater")
            for name in ("val_auc", "auc_1", "val_out_precision_2", "recall", "val_f1_score", "r2_score")
        ),
        *((name, "greater") for name in ("val_mean_io_u", "sensitivity_at_specificity", "val_acc", "val_accuracy")),
        *((name, "less") for name in ("val_loss", "mean_squared_error", "cosine_proximity", "val_recall_loss", "aucs")),
    ],
)
def test_callbacks_tell_by_the_name_whether_more_is_better(name: str, better: str) -> None:
    assert EarlyStopping(monitor=name).monitor_op.__name__ == better
    assert ModelCheckpoint("m.h5", monitor=name).monitor_op.__name__ == better
    assert EarlyStopping(monitor=name, mode="min").monitor_op.__name__ == "less"


def test_classes_are_counted_without_a_table_of_all_pairs() -> None:
    metric = metrics.MeanIoU(100_000)
    metric.update_state([3, 99_999], [3, 7])

    assert sum(state.size for state in metric.weights) == 300_000
    assert float(metric.result()) == pytest.approx(1 / 3)
