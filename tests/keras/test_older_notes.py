"""The code of the older notes, of studies and series, some of it in the spelling of Keras 1."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .notes import classes, small_model

pytestmark = pytest.mark.usefixtures("notes")


class TestKerasStudies:
    """'Keras学习': quick start, metrics as a dictionary, the model of the news."""

    def test_the_quick_start_runs(self) -> None:
        from keras.layers import Activation, Dense
        from keras.models import Sequential

        model = Sequential()
        model.add(Dense(units=64, input_dim=100))
        model.add(Activation("relu"))
        model.add(Dense(units=10))
        model.add(Activation("softmax"))
        model.compile(loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
        x_train, y_train = classes(256, 100)
        x_test, y_test = classes(128, 100)
        model.fit(x_train, y_train, epochs=5, batch_size=32)
        loss_and_metrics = model.evaluate(x_test, y_test, batch_size=128)
        predicted = model.predict(x_test, batch_size=128)
        assert len(loss_and_metrics) == 2 and predicted.shape == (128, 10)

    def test_a_metric_that_returns_a_dictionary(self) -> None:
        from keras import backend as K

        def spread(y_true, y_pred):
            return {"lowest": K.min(y_pred), "highest": K.max(y_pred)}

        model = small_model()
        model.compile("sgd", "categorical_crossentropy", metrics=[spread])
        x, y = classes(32, 20)
        predicted = model.predict(x)
        logs = dict(zip(model.metrics_names, model.test_on_batch(x, y), strict=True))
        assert logs["lowest"] == pytest.approx(predicted.min(), rel=1e-5)
        assert logs["highest"] == pytest.approx(predicted.max(), rel=1e-5)

    def test_news_are_learnt_with_two_inputs_and_outputs(self) -> None:
        import keras
        from keras.layers import LSTM, Dense, Embedding, Input
        from keras.models import Model

        main_input = Input(shape=(100,), dtype="int32", name="main_input")
        x = Embedding(output_dim=512, input_dim=10000, input_length=100)(main_input)
        lstm_out = LSTM(32)(x)
        auxiliary_output = Dense(1, activation="sigmoid", name="aux_output")(lstm_out)
        auxiliary_input = Input(shape=(5,), name="aux_input")
        x = keras.layers.concatenate([lstm_out, auxiliary_input])
        x = Dense(64, activation="relu")(x)
        x = Dense(64, activation="relu")(x)
        x = Dense(64, activation="relu")(x)
        main_output = Dense(1, activation="sigmoid", name="main_output")(x)
        model = Model(inputs=[main_input, auxiliary_input], outputs=[main_output, auxiliary_output])
        model.compile(optimizer="rmsprop", loss="binary_crossentropy", loss_weights=[1.0, 0.2])

        news = np.random.randint(1, 10000, (64, 100))
        extra = np.random.random((64, 5))
        likes = (extra[:, :1] > 0.5).astype("float32")
        history = model.fit(
            {"main_input": news, "aux_input": extra}, {"main_output": likes, "aux_output": likes},
            epochs=3, batch_size=32, verbose=0,
        ).history  # fmt: skip
        assert set(history) == {"loss", "main_output_loss", "aux_output_loss"}
        parts = np.array(history["main_output_loss"]) + 0.2 * np.array(history["aux_output_loss"])
        np.testing.assert_allclose(history["loss"], parts, rtol=1e-5)
        assert history["loss"][-1] < history["loss"][0]


class TestSeriesOne:
    """'《Keras使用系列1》': one LSTM line, both kinds of models, a metric and a layer written with K."""

    def test_an_lstm_drops_out_between_steps(self) -> None:
        from keras.layers import LSTM, Input
        from keras.models import Model

        inputs = Input((6, 3))
        outputs = LSTM(units=10, return_sequences=True, dropout=0.50, recurrent_dropout=0.50)(inputs)
        model = Model(inputs, outputs)
        x = np.random.random((4, 6, 3))
        assert model.predict(x).shape == (4, 6, 10)
        assert np.array_equal(model.predict(x), model.predict(x))
        model.compile("sgd", "mse")
        assert model.train_on_batch(x, np.zeros((4, 6, 10))) > 0

    def test_units_given_twice_is_refused(self) -> None:
        from keras.layers import Dense

        with pytest.raises(TypeError, match="units"):
            Dense(32, units=784)

    def test_layers_are_added_one_by_one(self) -> None:
        from keras.layers import Activation, Dense
        from keras.models import Sequential

        model = Sequential()
        model.add(Dense(32, input_shape=(784,)))
        model.add(Activation("relu"))
        model.add(Dense(10, activation="softmax"))
        assert model.count_params() == 784 * 32 + 32 + 32 * 10 + 10

    def test_mean_of_predictions_as_metric(self) -> None:
        import keras.backend as K

        def mean_pred(y_true, y_pred):
            return K.mean(y_pred)

        model = small_model()
        model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy", mean_pred])
        x, y = classes(32, 20)
        assert model.metrics_names == ["loss", "acc", "mean_pred"]
        assert model.test_on_batch(x, y)[2] == pytest.approx(0.1, rel=1e-5)  # ten softmax outputs add up to 1

    def test_two_inputs_go_through_two_towers(self) -> None:
        from keras.layers import Dense, Input
        from keras.models import Model

        input_1 = Input(shape=(784,))
        input_2 = Input(shape=(784,))
        x = Dense(64, activation="relu")(input_1)
        x = Dense(64, activation="relu")(x)
        pred_1 = Dense(10, activation="softmax")(x)
        x = Dense(64, activation="tanh")(input_2)
        x = Dense(64, activation="tanh")(x)
        pred_2 = Dense(10, activation="softmax")(x)
        model = Model([input_1, input_2], [pred_1, pred_2])
        first, second = model.predict([np.ones((3, 784)), np.zeros((3, 784))])
        assert first.shape == second.shape == (3, 10)
        np.testing.assert_allclose(second, 0.1, rtol=1e-6)  # zeros give equal classes

    def test_dense_called_as_the_note_shows_its_source(self) -> None:
        from keras import backend as K
        from keras.layers import Dense, Layer
        from keras.models import Sequential

        class MyDense(Dense):
            def call(self, inputs):
                output = K.dot(inputs, self.kernel)
                if self.use_bias:
                    output = K.bias_add(output, self.bias)
                if self.activation is not None:
                    output = self.activation(output)
                return output

        assert issubclass(MyDense, Layer)
        mine, theirs = (Sequential([kind(4, activation="tanh", input_dim=3)]) for kind in (MyDense, Dense))
        theirs.set_weights(mine.get_weights())
        x = np.random.random((5, 3))
        np.testing.assert_allclose(mine.predict(x), theirs.predict(x), rtol=1e-6)

        mine.compile("sgd", "mse")
        theirs.compile("sgd", "mse")
        for model in (mine, theirs):
            model.train_on_batch(x, np.ones((5, 4)))
        np.testing.assert_allclose(mine.get_weights()[0], theirs.get_weights()[0], rtol=1e-5)


class TestKerasOne:
    """'keras': Convolution1D, class_mode, optimizers, objectives, activations, initializations by name."""

    def test_an_ngram_convolution_learns(self) -> None:
        from keras.layers import Convolution1D, Dense, Flatten, MaxPooling1D
        from keras.models import Sequential

        NB_FILTER, ngram_length, embedding_size, SAMPLE_LENGTH = 8, 3, 5, 12
        ngram_layer = Sequential()
        with pytest.warns(UserWarning) as told:
            ngram_layer.add(Convolution1D(
                NB_FILTER,
                ngram_length,
                input_dim=embedding_size,
                input_length=SAMPLE_LENGTH,
                init='lecun_uniform',
                activation='tanh',
            ))  # fmt: skip
        with pytest.warns(UserWarning, match="pool_size=10"):
            ngram_layer.add(MaxPooling1D(pool_length=SAMPLE_LENGTH - ngram_length + 1))
        assert ngram_layer.output_shape == (None, 1, NB_FILTER)
        assert "kernel_initializer='lecun_uniform'" in str(told[0].message)
        ngram_layer.add(Flatten())
        ngram_layer.add(Dense(1, activation="sigmoid"))
        with pytest.warns(UserWarning, match="class_mode"):
            ngram_layer.compile(
                loss='binary_crossentropy',
                optimizer='adam',
                class_mode='binary',
            )  # fmt: skip
        x = np.random.random((16, SAMPLE_LENGTH, embedding_size))
        y = (x.mean(axis=(1, 2)) > 0.5).astype(float)
        losses = ngram_layer.fit(x, y, epochs=30, verbose=0).history["loss"]
        assert losses[-1] < losses[0]

    def test_optimizers_take_their_settings(self) -> None:
        import keras

        sgd = keras.optimizers.SGD(lr=0.01, momentum=0.9, decay=0.9, nesterov=False)
        assert sgd.get_config() == {"lr": pytest.approx(0.01), "momentum": 0.9, "decay": 0.9, "nesterov": False}
        keras.optimizers.SGD(lr=0.01, momentum=0.0, decay=0.0, nesterov=False)
        adagrad = keras.optimizers.Adagrad(lr=0.01, epsilon=1e-6)
        assert adagrad.get_config()["epsilon"] == 1e-6

    def test_objectives_are_known_by_name(self) -> None:
        from keras import backend as K
        from keras import objectives

        true, predicted = np.array([[1.0, -1.0]]), np.array([[0.5, 0.25]])
        values = {
            "mse": ((predicted - true) ** 2).mean(),
            "mean_squared_error": ((predicted - true) ** 2).mean(),
            "mae": np.abs(predicted - true).mean(),
            "mape": 100 * np.abs((true - predicted) / np.abs(true)).mean(),
            "msle": ((np.log([1.5, 1.25]) - np.log([2.0, 1.0])) ** 2).mean(),
            "squared_hinge": (np.maximum(1 - true * predicted, 0) ** 2).mean(),
            "hinge": np.maximum(1 - true * predicted, 0).mean(),
        }
        for name, expected in values.items():
            value = K.eval(objectives.get(name)(K.variable(true), K.variable(predicted)))
            np.testing.assert_allclose(value, [expected], rtol=1e-5, err_msg=name)

    @pytest.mark.parametrize(
        "name", ["linear", "sigmoid", "hard_sigmoid", "tanh", "softplus", "relu", "softmax", "softsign"]
    )
    def test_activations_are_known_by_name(self, name: str) -> None:
        from keras.layers import Activation, Dense
        from keras.layers.advanced_activations import LeakyReLU, PReLU
        from keras.models import Sequential

        model = Sequential([Dense(4, input_dim=3), Activation(name), LeakyReLU(), PReLU()])
        assert np.isfinite(model.predict(np.random.random((2, 3)))).all()

    @pytest.mark.parametrize(
        "name", ["uniform", "lecun_uniform", "normal", "orthogonal", "zero", "glorot_normal", "he_normal"]
    )
    def test_initializations_are_known_by_name(self, name: str) -> None:
        from keras import initializations
        from keras.layers import Dense

        assert initializations.get(name) is not None
        with pytest.warns(UserWarning, match="kernel_initializer"):
            layer = Dense(4, init=name, input_dim=3)
        layer.build((None, 3))
        assert layer.get_weights()[0].shape == (3, 4)

    def test_checkpoints_are_written_and_read(self, tmp_path: Path) -> None:
        import keras

        checkpoint = keras.callbacks.ModelCheckpoint(str(tmp_path / "{epoch:02d}.h5"), verbose=0, save_best_only=False)
        x, y = classes(32, 20)
        model = small_model()
        model.compile("sgd", "categorical_crossentropy")
        model.fit(x, y, epochs=2, callbacks=[checkpoint], verbose=0)
        assert sorted(p.name for p in tmp_path.iterdir()) == ["01.h5", "02.h5"]
        np.testing.assert_array_equal(keras.models.load_model(str(tmp_path / "02.h5")).predict(x), model.predict(x))

    def test_weights_of_time_steps_choose_the_steps(self) -> None:
        from keras.layers import LSTM, Dense
        from keras.models import Sequential

        model = Sequential([LSTM(4, return_sequences=True, input_shape=(5, 2)), Dense(1)])
        model.compile("sgd", "mse", sample_weight_mode="temporal")
        x, y = np.random.random((6, 5, 2)), np.random.random((6, 5, 1))
        weight = np.zeros((6, 5))
        weight[:, 2] = 1
        predicted = model.predict(x)
        loss = model.test_on_batch(x, y, sample_weight=weight)
        assert loss == pytest.approx(((predicted - y)[:, 2] ** 2).mean(), rel=1e-5)

    def test_blocks_of_an_hdf5_file_are_trained_on(self, tmp_path: Path) -> None:
        import h5py
        from keras.utils.io_utils import HDF5Matrix

        x, y = classes(64, 20)
        with h5py.File(tmp_path / "data.h5", "w") as file:
            file["x"], file["y"] = x, y
        model = small_model()
        model.compile("sgd", "categorical_crossentropy")
        path = str(tmp_path / "data.h5")
        history = model.fit(
            HDF5Matrix(path, "x"), HDF5Matrix(path, "y"), shuffle="batch", epochs=3, batch_size=16, verbose=0
        )
        assert history.history["loss"][-1] < history.history["loss"][0]
