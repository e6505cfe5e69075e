import tracemalloc

import numpy as np
import pytest

from engine import _ops as ops
from engine import losses, optimizers
from engine._machine.random import set_seed
from engine._training.control import Control
from engine.errors import DataError, NotCompiled, SettingError, SettingTypeError, UnknownName
from engine.events import BatchEnd, EpochEnd
from engine.layers import BatchNormalization, Dense, Dropout, Input
from engine.models import Model, Sequential

RNG = np.random.default_rng(11)
X = RNG.normal(size=(50, 6)).astype("float32")
LABELS = RNG.integers(0, 3, 50)
ONE_HOT = np.eye(3, dtype="float32")[LABELS]


@pytest.fixture(autouse=True)
def _seed():
    set_seed(1337)


def classifier(**settings):
    model = Sequential([Dense(8, activation="relu", input_dim=6), Dense(3, activation="softmax")])
    model.compile(**{"optimizer": "sgd", "loss": "categorical_crossentropy", "metrics": ["accuracy"], **settings})
    return model


def two_outputs(**settings):
    main, aux = Input(shape=(6,), name="main"), Input(shape=(2,), name="aux")
    a = Dense(3, activation="softmax", name="a")(main)
    b = Dense(1, name="b")(aux)
    model = Model(inputs=[main, aux], outputs=[a, b])
    model.compile(**{"optimizer": "sgd", "loss": ["categorical_crossentropy", "mse"], **settings})
    return model


AUX = X[:, :2]
TWO_X, TWO_Y = [X, AUX], [ONE_HOT, X[:, :1]]


def test_linear_regression_finds_its_line():
    model = Sequential([Dense(1, input_dim=1)])
    model.compile(loss="mse", optimizer="sgd")
    x = np.linspace(-1, 1, 200)
    y = 0.5 * x + 2

    for _ in range(2000):
        cost = model.train_on_batch(x[:160], y[:160])

    weight, bias = model.layers[0].get_weights()
    assert cost < 1e-5
    assert weight[0, 0] == pytest.approx(0.5, abs=0.01)
    assert bias[0] == pytest.approx(2, abs=0.01)


def test_names_of_one_output():
    assert classifier().metrics_names == ["loss", "acc"]
    assert classifier(metrics=["mse", "categorical_accuracy"]).metrics_names == [
        "loss", "mean_squared_error", "categorical_accuracy",
    ]  # fmt: skip


def test_names_of_several_outputs_are_losses_first():
    model = two_outputs(metrics=["accuracy"], weighted_metrics=["mae"])

    assert model.metrics_names == [
        "loss", "a_loss", "b_loss", "a_acc", "a_weighted_mean_absolute_error", "b_acc", "b_weighted_mean_absolute_error",
    ]  # fmt: skip


def test_accuracy_suits_itself_to_output_and_loss():
    sparse = classifier(loss="sparse_categorical_crossentropy")
    binary = classifier(loss="binary_crossentropy")
    binary.set_weights(sparse.get_weights())
    outputs = sparse.predict(X)

    assert sparse.evaluate(X, LABELS, verbose=0)[1] == pytest.approx((outputs.argmax(1) == LABELS).mean())
    assert binary.evaluate(X, ONE_HOT, verbose=0)[1] == pytest.approx((np.round(outputs) == ONE_HOT).mean())


def test_history_holds_means_of_values_before_each_update():
    model = classifier(metrics=None)
    events = []

    history = model.fit(X, ONE_HOT, batch_size=16, epochs=2, verbose=0, validation_split=0.2, listeners=[events.append])

    sizes = [(e.size, e.logs["loss"]) for e in events if isinstance(e, BatchEnd) and e.epoch == 0]
    assert [size for size, _ in sizes] == [16, 16, 8]
    assert history.history["loss"][0] == pytest.approx(sum(n * v for n, v in sizes) / 40)
    assert history.history["val_loss"][-1] == pytest.approx(model.evaluate(X[40:], ONE_HOT[40:], verbose=0))
    assert history.epoch == [0, 1]
    assert model.history is history


def test_evaluate_is_the_mean_over_samples_whatever_the_batch_size():
    model = classifier()
    per_sample = losses.categorical_crossentropy(ONE_HOT, model.predict(X))

    assert model.evaluate(X, ONE_HOT, batch_size=16, verbose=0)[0] == pytest.approx(per_sample.mean(), rel=1e-5)
    assert model.evaluate(X, ONE_HOT, verbose=0) == pytest.approx(model.test_on_batch(X, ONE_HOT), rel=1e-5)


def test_total_loss_is_the_weighted_sum():
    model = two_outputs(loss_weights=[1.0, 0.2])

    total, a, b = model.evaluate(TWO_X, TWO_Y, verbose=0)

    assert total == pytest.approx(a + 0.2 * b, rel=1e-5)


def test_inputs_outputs_losses_and_weights_go_by_name():
    listed = two_outputs(loss_weights=[1.0, 0.2])
    named = two_outputs(
        loss={"a": "categorical_crossentropy", "b": "mse"}, loss_weights={"b": 0.2}, metrics={"a": "accuracy"}
    )
    named.set_weights(listed.get_weights())

    by_name = named.evaluate({"main": X, "aux": AUX}, {"a": ONE_HOT, "b": X[:, :1]}, verbose=0)

    assert named.metrics_names == ["loss", "a_loss", "b_loss", "a_acc"]
    np.testing.assert_allclose(by_name[:3], listed.evaluate(TWO_X, TWO_Y, verbose=0), rtol=1e-6)


def test_an_output_without_loss_is_not_trained():
    model = two_outputs(loss=["categorical_crossentropy", None])
    before = model.get_layer("b").get_weights()

    model.fit(TWO_X, [ONE_HOT], epochs=1, verbose=0)

    for old, new in zip(before, model.get_layer("b").get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_zero_weights_do_not_dilute_the_loss():
    model = classifier()
    weights = np.r_[np.ones(10), np.zeros(40)].astype("float32")

    weighted = model.evaluate(X, ONE_HOT, batch_size=50, verbose=0, sample_weight=weights)

    assert weighted[0] == pytest.approx(model.evaluate(X[:10], ONE_HOT[:10], verbose=0)[0], rel=1e-5)


def test_class_weights_are_weights_of_the_samples():
    by_class, by_sample = classifier(), classifier()
    by_sample.set_weights(by_class.get_weights())
    table = {0: 1.0, 1: 3.0, 2: 0.5}

    first = by_class.train_on_batch(X, ONE_HOT, class_weight=table)
    second = by_sample.train_on_batch(X, ONE_HOT, sample_weight=np.array([table[c] for c in LABELS]))

    assert first == second
    np.testing.assert_array_equal(by_class.get_weights()[0], by_sample.get_weights()[0])


def test_a_custom_loss_and_metrics_are_recorded_and_differentiated():
    def half_square(y_true, y_pred):
        return ops.square(y_pred - y_true) * 0.5

    def mean_pred(y_true, y_pred):
        return ops.mean(y_pred)

    def two_values(y_true, y_pred):
        return {"low": ops.min(y_pred), "high": ops.max(y_pred)}

    own, known = (Sequential([Dense(2, input_dim=6)]) for _ in range(2))
    own.compile("sgd", half_square, metrics=[mean_pred, two_values])
    known.compile(optimizers.SGD(lr=0.005), "mse")
    known.set_weights(own.get_weights())

    values = own.train_on_batch(X, X[:, :2])
    known.train_on_batch(X, X[:, :2])

    assert own.metrics_names == ["loss", "mean_pred", "low", "high"]
    assert values[2] < values[1] < values[3]
    for a, b in zip(own.get_weights(), known.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_regularizers_add_to_the_loss():
    plain, heavy = Sequential([Dense(3, input_dim=6)]), Sequential([Dense(3, input_dim=6, kernel_regularizer="l2")])
    for model in (plain, heavy):
        model.compile("sgd", "mse")
    heavy.set_weights(plain.get_weights())
    kernel = plain.get_weights()[0]

    difference = heavy.evaluate(X, ONE_HOT, verbose=0) - plain.evaluate(X, ONE_HOT, verbose=0)

    assert difference == pytest.approx(0.01 * (kernel**2).sum(), rel=1e-3)


def test_a_frozen_layer_counts_at_the_next_compile():
    model = classifier()
    first = model.layers[0]
    before = first.get_weights()[0]
    first.trainable = False

    with pytest.warns(UserWarning, match="Discrepancy between trainable weights and collected"):
        model.fit(X, ONE_HOT, verbose=0)
    with pytest.warns(UserWarning, match="Discrepancy"):
        model.summary(print_fn=lambda line: None)
    moved = first.get_weights()[0]
    model.compile("sgd", "categorical_crossentropy")
    model.fit(X, ONE_HOT, verbose=0)

    assert not np.array_equal(before, moved)
    np.testing.assert_array_equal(first.get_weights()[0], moved)


def test_two_models_share_layers_and_train_only_their_own_part():
    generator = Sequential([Dense(6, input_dim=4)])
    judge = Sequential([Dense(5, activation="tanh", input_dim=6), Dense(1, activation="sigmoid")])
    judge.compile("adam", "binary_crossentropy")
    judge.trainable = False
    noise = Input(shape=(4,))
    both = Model(noise, judge(generator(noise)))
    both.compile("adam", "binary_crossentropy")
    z = RNG.normal(size=(50, 4))
    ones = np.ones((50, 1))

    # As in Keras 2.2.4: the judge was compiled while it was trainable, and says so.
    with pytest.warns(UserWarning, match="Discrepancy"):
        judge.train_on_batch(X, ones)
    after_judge = judge.get_weights()
    generator_before = generator.get_weights()
    both.train_on_batch(z, ones)

    for a, b in zip(after_judge, judge.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(generator_before[0], generator.get_weights()[0])
    with pytest.warns(UserWarning, match="Discrepancy"):
        judge.train_on_batch(X, ones)
    assert both.test_on_batch(z, ones) == pytest.approx(
        float(losses.binary_crossentropy(ones, judge.predict(generator.predict(z))).mean()), rel=1e-4
    )


def test_dropout_is_off_outside_training_and_predict_repeats():
    model = Sequential([Dropout(0.5, input_shape=(6,)), Dense(3)])
    model.compile("sgd", "mse")

    np.testing.assert_array_equal(model.predict(X), model.predict(X))
    np.testing.assert_allclose(model.predict(X), model.predict(X, batch_size=7), rtol=1e-5, atol=1e-6)
    assert model.predict_on_batch(X[:5]).shape == (5, 3)


def test_the_same_seed_gives_the_same_bits():
    def run():
        set_seed(7)
        model = Sequential([Dense(8, input_dim=6), BatchNormalization(), Dropout(0.3), Dense(3, activation="softmax")])
        model.compile("adam", "categorical_crossentropy")
        history = model.fit(X, ONE_HOT, batch_size=16, epochs=3, verbose=0, validation_split=0.2)
        return history.history, model.get_weights()

    (first, a), (second, b) = run(), run()

    assert first == second
    for left, right in zip(a, b, strict=True):
        np.testing.assert_array_equal(left, right)


def test_steady_training_allocates_no_large_array():
    model = Sequential([Dense(256, activation="relu", input_dim=64), Dense(64)])
    model.compile("adam", "mse")
    x = RNG.normal(size=(128, 64)).astype("float32")
    for _ in range(3):
        model.train_on_batch(x, x)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        for _ in range(5):
            model.train_on_batch(x, x)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    # One activation of the batch has 131 072 bytes; NumPy's own loop buffer has 8192 elements.
    assert peak - before < 45_000


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (X[:, :5], ONE_HOT, "takes 6 numbers, but x holds 5 numbers a sample"),
        (X, LABELS, "to_categorical"),
        (X, ONE_HOT[:40], "x has 50, y has 40"),
        (X[:0], ONE_HOT[:0], "empty"),
        (X.astype(str).astype(object), ONE_HOT, "dtype object"),
        ([X, X], ONE_HOT, "1 array"),
        (X, ONE_HOT[:, :2], "gives 3 numbers, but y holds 2 numbers a sample"),
    ],
)
def test_data_that_do_not_fit_are_refused_before_training(x, y, words):
    model = classifier()
    before = model.get_weights()[0].copy()

    with pytest.raises(DataError, match=words):
        model.fit(x, y, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_arguments_are_checked():
    with pytest.raises(UnknownName, match="categorical_crossentropy"):
        classifier(loss="categorical_crosentropy")
    with pytest.raises(UnknownName, match="adam"):
        classifier(optimizer="adan")
    with pytest.raises(SettingTypeError, match="metrics="):
        classifier(metrics="accuracy")
    with pytest.raises(SettingError, match="2 entries"):
        two_outputs(loss=["mse"])
    with pytest.raises(NotCompiled):
        Sequential([Dense(1, input_dim=2)]).fit(X, X)
    with pytest.raises(NotCompiled, match="loss"):
        classifier(loss=None, metrics=None)


def test_stop_keeps_the_partial_epoch_and_training_can_go_on():
    model, control = classifier(), Control()

    def stop(event):
        if isinstance(event, BatchEnd) and (event.epoch, event.batch) == (1, 1):
            control.stop()

    history = model.fit(X, ONE_HOT, batch_size=10, epochs=5, verbose=0, control=control, listeners=[stop])

    assert history.partial and model.stopped
    assert history.epoch == [0, 1] and len(history.history["loss"]) == 2
    assert int(model.optimizer.iterations.array) == 7
    again = model.fit(X, ONE_HOT, batch_size=10, epochs=3, initial_epoch=2, verbose=0)
    assert again.epoch == [2] and not model.stopped


def test_generators_and_sequences_train_like_arrays():
    class Parts:
        def __len__(self):
            return 5

        def __getitem__(self, i):
            return X[10 * i : 10 * i + 10], ONE_HOT[10 * i : 10 * i + 10]

    by_array, by_parts = classifier(), classifier()
    by_parts.set_weights(by_array.get_weights())

    a = by_array.fit(X, ONE_HOT, batch_size=10, epochs=2, shuffle=False, verbose=0)
    b = by_parts.fit_generator(Parts(), epochs=2, shuffle=False, verbose=0, workers=2)

    assert a.history == b.history
    assert by_parts.evaluate_generator(Parts()) == pytest.approx(by_array.evaluate(X, ONE_HOT, verbose=0), rel=1e-5)
    np.testing.assert_allclose(by_parts.predict_generator(Parts()), by_array.predict(X), rtol=1e-5)


def test_a_broken_generator_leaves_the_history_so_far():
    def broken():
        for _ in range(7):
            yield X[:10], ONE_HOT[:10]
        raise LookupError("no more")

    model = classifier()

    with pytest.raises(LookupError, match="no more"):
        model.fit_generator(broken(), steps_per_epoch=3, epochs=5, verbose=0)
    assert model.history.epoch == [0, 1]


def test_old_spellings_are_understood():
    with pytest.warns(UserWarning, match="epochs"):
        history = classifier().fit(X, ONE_HOT, nb_epoch=2, verbose=0)
    assert history.epoch == [0, 1]
    with pytest.warns(UserWarning):
        classifier(class_mode="categorical")


def test_epoch_end_carries_seconds_and_validation():
    events = []

    classifier().fit(X, ONE_HOT, validation_data=(X, ONE_HOT), verbose=0, listeners=[events.append])

    (end,) = [e for e in events if isinstance(e, EpochEnd)]
    assert list(end.logs) == ["loss", "acc", "val_loss", "val_acc"]
    assert end.seconds >= 0
