"""The code of the Keras notes this project brings to life, under its own spelling: only the module behind `keras` differs.

Data are smaller than the notes' where theirs would take minutes; what they import, call and print is as written there.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt

from .notes import classes, small_model

pytestmark = pytest.mark.usefixtures("notes")


class TestKerasBlog:
    """'keras 安装和入门', 'keras API 学习', 'keras 的坑'."""

    def test_the_version_is_printed(self) -> None:
        import keras

        print(keras.__version__)

    def test_regression_finds_slope_and_offset(self, capsys: pytest.CaptureFixture[str]) -> None:
        from keras.layers import Dense
        from keras.models import Sequential

        X = np.linspace(-1, 1, 200)
        np.random.shuffle(X)
        Y = 0.5 * X + 2 + np.random.normal(0, 0.05, (200,))
        plt.show()

        X_train, Y_train = X[:160], Y[:160]
        X_test, Y_test = X[160:], Y[160:]

        model = Sequential()
        with pytest.warns(UserWarning, match="units=1"):
            model.add(Dense(output_dim=1, input_dim=1))
        model.compile(loss="mse", optimizer="sgd")
        slope, offset = (float(weight.ravel()[0]) for weight in model.layers[0].get_weights())
        print("Training -----------")
        for step in range(301):
            cost = model.train_on_batch(X_train, Y_train)
            if step % 100 == 0:
                print("train cost: ", cost)
        print("\nTesting ------------")
        cost = model.evaluate(X_test, Y_test, batch_size=40)
        print("test cost:", cost)
        W, b = model.layers[0].get_weights()
        print("Weights=", W, "\nbiases=", b)
        Y_pred = model.predict(X_test)
        plt.scatter(X_test, Y_test)
        plt.plot(X_test, Y_pred)

        for _ in range(301):
            error = slope * X_train + offset - Y_train
            slope, offset = slope - 0.01 * 2 * np.mean(error * X_train), offset - 0.01 * 2 * np.mean(error)
        np.testing.assert_allclose([W[0, 0], b[0]], [slope, offset], rtol=1e-4)
        assert capsys.readouterr().out.count("train cost: ") == 4
        # 301 steps leave an eighth of the first error; the note's lucky start ends at a test cost of 0.0031.
        for _ in range(1200):
            model.train_on_batch(X_train, Y_train)
        W, b = model.layers[0].get_weights()
        assert model.evaluate(X_test, Y_test, batch_size=40, verbose=0) < 0.0035  # the noise alone: 0.05 squared
        assert abs(W[0, 0] - 0.5) < 0.02 and abs(b[0] - 2) < 0.02

    @pytest.mark.usefixtures("digits")
    def test_handwritten_digits_are_learnt(self) -> None:
        from keras.datasets import mnist
        from keras.layers import Activation, Dense
        from keras.models import Sequential
        from keras.optimizers import RMSprop
        from keras.utils import np_utils

        (X_train, y_train), (X_test, y_test) = mnist.load_data()
        X_train = X_train.reshape(X_train.shape[0], -1) / 255.0
        X_test = X_test.reshape(X_test.shape[0], -1) / 255.0
        y_train = np_utils.to_categorical(y_train, num_classes=10)
        y_test = np_utils.to_categorical(y_test, num_classes=10)
        model = Sequential([
            Dense(400, input_dim=784),
            Activation('relu'),
            Dense(10),
            Activation('softmax'),
        ])  # fmt: skip
        rmsprop = RMSprop(lr=0.001, rho=0.9, epsilon=1e-08, decay=0.0)
        model.compile(optimizer=rmsprop, loss="categorical_crossentropy", metrics=["accuracy"])
        print("Training ------------")
        model.fit(X_train, y_train, epochs=4, batch_size=32)
        print("\nTesting ------------")
        loss, accuracy = model.evaluate(X_test, y_test)
        print("test loss: ", loss)
        print("test accuracy: ", accuracy)

        # Four epochs of 1437 digits; the note's 0.9743 come from 60 000.
        assert accuracy > 0.93

    def test_vgg16_trains_under_a_new_top(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        from keras import backend as K
        from keras.applications.vgg16 import VGG16
        from keras.layers import Dense, Flatten, Input
        from keras.models import Model
        from keras.utils import plot_model

        img_width = img_height = 32
        model_vgg16_conv = VGG16(weights=None, include_top=False)
        model_vgg16_conv.summary()
        assert model_vgg16_conv.count_params() == 14_714_688

        if K.image_data_format() == "channels_first":
            input_shape = (3, img_width, img_height)
        else:
            input_shape = (img_width, img_height, 3)
        input = Input(input_shape, name="image_input")
        output_vgg16_conv = model_vgg16_conv(input)
        x = Flatten(name="flatten")(output_vgg16_conv)
        x = Dense(64, activation="relu", name="fc1")(x)
        x = Dense(32, activation="relu", name="fc2")(x)
        x = Dense(1, activation="sigmoid", name="predictions")(x)
        with pytest.warns(UserWarning, match="inputs="):
            my_model = Model(input=input, output=x)
        print("\nThis is my vgg16 model for the task")
        print(my_model.summary())
        assert capsys.readouterr().out.rstrip().endswith("None")
        plot_model(my_model, to_file=str(tmp_path / "my_vgg16_model.png"))
        assert (tmp_path / "my_vgg16_model.png").read_bytes()[:4] == b"\x89PNG"

        my_model.compile("sgd", "binary_crossentropy")
        kernel = model_vgg16_conv.layers[1].get_weights()[0]
        my_model.train_on_batch(np.random.random((2, *input_shape)), np.array([[0], [1]]))
        # "The parameters change in training": those of the nested model too.
        assert not np.array_equal(kernel, model_vgg16_conv.layers[1].get_weights()[0])

    def test_several_gpus_are_refused_with_their_number(self) -> None:
        import keras
        import keras.utils.training_utils

        with pytest.raises(ValueError, match="expected gpu:0, gpu:1, gpu:2, found 0 graphics cards"):
            keras.utils.training_utils.multi_gpu_model(small_model(), gpus=3)

    def test_image_data_generators_give_batches(self) -> None:
        from keras.preprocessing.image import ImageDataGenerator

        train_datagen = ImageDataGenerator()
        x = np.random.random((5, 8, 8, 3))
        batch = next(train_datagen.flow(x, batch_size=5, shuffle=False))
        np.testing.assert_allclose(batch, x, rtol=1e-6)

    def test_concatenate_prints_the_notes_arrays(self) -> None:
        import keras.backend as K

        t1 = K.variable(np.array([[[1, 2], [2, 3]], [[4, 4], [5, 3]]]))
        t2 = K.variable(np.array([[[7, 4], [8, 4]], [[2, 10], [15, 11]]]))
        along_rows = [[[1, 2], [2, 3], [7, 4], [8, 4]], [[4, 4], [5, 3], [2, 10], [15, 11]]]
        along_columns = [[[1, 2, 7, 4], [2, 3, 8, 4]], [[4, 4, 2, 10], [5, 3, 15, 11]]]
        for axis, expected in ((-2, along_rows), (1, along_rows), (-1, along_columns), (2, along_columns)):
            assert K.eval(K.concatenate([t1, t2], axis=axis)).tolist() == expected

    def test_concatenate_as_the_note_writes_it_itself(self) -> None:
        import keras.backend as K

        tensors = [K.variable(np.ones((2, 3))), K.variable(np.zeros((2, 1)))]
        assert K.ndim(tensors[0]) == 2
        assert not any(K.is_sparse(x) for x in tensors)
        assert K.int_shape(K.concatenate([K.to_dense(x) for x in tensors])) == (2, 4)

    def test_a_history_is_written_as_text(self, tmp_path: Path) -> None:
        train_set_x, train_set_y = classes(512, 20)
        model = small_model()
        model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
        with pytest.warns(UserWarning, match="epochs=2"):
            hist = model.fit(
                train_set_x, train_set_y, batch_size=256, shuffle=True, nb_epoch=2, validation_split=0.1, verbose=0
            )
        with open(tmp_path / "log_sgd_big_32.txt", "w") as f:
            f.write(str(hist.history))
        assert hist.epoch == [0, 1]
        assert set(hist.history) == {"val_loss", "val_acc", "loss", "acc"}
        assert "val_acc" in (tmp_path / "log_sgd_big_32.txt").read_text()
        loss, accuracy = model.evaluate(train_set_x, train_set_y, batch_size=256, verbose=0)
        assert 0 <= accuracy <= 1 and loss > 0

    def test_the_learning_rate_falls_by_epoch(self) -> None:
        from keras.callbacks import LearningRateScheduler
        from keras.optimizers import SGD

        def step_decay(epoch):
            initial_lrate = 0.01
            drop = 0.5
            epochs_drop = 10.0
            lrate = initial_lrate * math.pow(drop, math.floor((1 + epoch) / epochs_drop))
            return lrate

        lrate = LearningRateScheduler(step_decay)
        sgd = SGD(lr=0.0, momentum=0.9, decay=0.0, nesterov=False)
        train_set_x, train_set_y = classes(64, 20)
        model = small_model()
        model.compile(sgd, "categorical_crossentropy")
        with pytest.warns(UserWarning, match="epochs=21"):
            history = model.fit(
                train_set_x,
                train_set_y,
                validation_split=0.1,
                nb_epoch=21,
                batch_size=256,
                callbacks=[lrate],
                verbose=0,
            )
        np.testing.assert_allclose(history.history["lr"], [0.01] * 9 + [0.005] * 10 + [0.0025] * 2, rtol=1e-6)

    def test_decay_in_the_optimizer(self) -> None:
        from keras.optimizers import SGD

        learning_rate, nb_epoch = 0.1, 4
        sgd = SGD(lr=learning_rate, decay=learning_rate / nb_epoch, momentum=0.9, nesterov=True)
        assert sgd.get_config()["decay"] == pytest.approx(0.025)
        x, y = classes(64, 20)
        model = small_model()
        model.compile(sgd, "categorical_crossentropy")
        losses = model.fit(x, y, epochs=nb_epoch, verbose=0).history["loss"]
        assert losses[-1] < losses[0]

    def test_the_learning_rate_stays_while_the_loss_falls(self) -> None:
        import keras
        from keras.callbacks import ReduceLROnPlateau

        with pytest.warns(UserWarning, match="min_delta"):
            keras.callbacks.ReduceLROnPlateau(
                monitor="val_loss",
                factor=0.1,
                patience=10,
                verbose=0,
                mode="auto",
                epsilon=0.0001,
                cooldown=0,
                min_lr=0,
            )
        train_x, train_y = classes(64, 20)
        model = small_model()
        model.compile("sgd", "categorical_crossentropy")
        reduce_lr = ReduceLROnPlateau(monitor="val_loss", patience=10, mode="auto")
        history = model.fit(
            train_x, train_y, batch_size=32, epochs=5, validation_split=0.1, callbacks=[reduce_lr], verbose=0
        )
        np.testing.assert_allclose(history.history["lr"], [0.01] * 5, rtol=1e-6)

    def test_batches_one_by_one_and_from_a_generator(self) -> None:
        x, y = classes(64, 20)
        model = small_model()
        model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
        trained = model.train_on_batch(x, y)
        tested = model.test_on_batch(x, y)
        assert len(trained) == len(tested) == 2 and tested[0] < trained[0]

        def data_generator():
            while True:
                yield x, y

        history = model.fit_generator(data_generator(), steps_per_epoch=3, epochs=2, verbose=0)
        assert history.history["loss"][1] < history.history["loss"][0]

    def test_batch_normalization_works_in_keras_1_spelling(self) -> None:
        import keras

        with pytest.warns(UserWarning, match="beta_initializer"):
            layer = keras.layers.normalization.BatchNormalization(
                epsilon=1e-06, mode=0, axis=-1, momentum=0.9, weights=None, beta_init="zero", gamma_init="one"
            )
        assert layer.epsilon == 1e-6 and layer.momentum == 0.9
        x = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
        by_sample = keras.models.Sequential([keras.layers.normalization.BatchNormalization(mode=1, input_dim=5)])
        np.testing.assert_allclose(by_sample.predict(x).mean(axis=1), 0, atol=1e-6)

    def test_early_stopping_ends_the_training(self) -> None:
        from keras.callbacks import EarlyStopping

        early_stopping = EarlyStopping(monitor="val_loss", patience=2)
        x, y = classes(40, 20)
        y = y[np.random.permutation(len(y))]  # nothing to learn: the loss of the held-out samples rises soon
        model = small_model()
        model.compile("adam", "categorical_crossentropy")
        history = model.fit(x, y, validation_split=0.2, callbacks=[early_stopping], epochs=400, verbose=0)
        values = history.history["val_loss"]
        assert len(values) < 400 and min(values) == values[-3]

    def test_a_callback_of_ones_own_is_called(self) -> None:
        from keras.callbacks import Callback

        class Losses(Callback):
            def on_train_begin(self, logs=None):
                self.losses = []

            def on_epoch_end(self, epoch, logs=None):
                self.losses.append(logs.get("loss"))

        losses = Losses()
        x, y = classes(64, 20)
        model = small_model()
        model.compile("sgd", "categorical_crossentropy")
        assert losses.losses == [] if hasattr(losses, "losses") else True
        history = model.fit(x, y, epochs=3, callbacks=[losses], verbose=0)
        assert losses.losses == history.history["loss"]

    def test_freezing_keeps_the_weights(self) -> None:
        from keras.layers import Dense, Input
        from keras.models import Model

        frozen_layer = Dense(32, trainable=False)
        assert not frozen_layer.trainable
        x = Input(shape=(32,))
        layer = Dense(32)
        layer.trainable = False
        y = layer(x)

        frozen_model = Model(x, y)
        frozen_model.compile(optimizer="rmsprop", loss="mse")
        layer.trainable = True
        trainable_model = Model(x, y)
        trainable_model.compile(optimizer="rmsprop", loss="mse")
        data, labels = np.random.random((8, 32)), np.random.random((8, 32))
        weights = layer.get_weights()
        with pytest.warns(UserWarning, match="trainable"):
            frozen_model.fit(data, labels, verbose=0)
        assert np.array_equal(weights[0], layer.get_weights()[0])
        trainable_model.fit(data, labels, verbose=0)
        assert not np.array_equal(weights[0], layer.get_weights()[0])

    def test_pop_takes_the_last_layer_away(self) -> None:
        from keras.layers import Dense
        from keras.models import Sequential

        model = Sequential()
        model.add(Dense(32, activation="relu", input_dim=784))
        model.add(Dense(32, activation="relu"))
        assert len(model.layers) == 2
        model.pop()
        assert len(model.layers) == 1
        assert model.output_shape == (None, 32)


class TestNotesOfThePaper:
    """'Keras深度学习框架学习笔记': models, weights, Sequential under Keras 1."""

    def test_text_and_weights_there_and_back(self, tmp_path: Path) -> None:
        from keras.models import model_from_json, model_from_yaml

        model = small_model()
        x, _ = classes(4, 20)
        expected = model.predict(x)
        for copy in (model_from_yaml(model.to_yaml()), model_from_json(model.to_json())):
            copy.set_weights(model.get_weights())
            assert np.array_equal(copy.predict(x), expected)
        model.save_weights(str(tmp_path / "weights.h5"))
        other = small_model()
        other.load_weights(str(tmp_path / "weights.h5"))
        assert np.array_equal(other.predict(x), expected)

    def test_convolutions_work_on_theano_images(self) -> None:
        from keras import backend as K
        from keras.layers import Activation, Convolution2D, Dense, Flatten
        from keras.models import Sequential
        from keras.optimizers import SGD

        K.set_image_dim_ordering("th")
        try:
            img_channels, img_rows, img_cols = 3, 8, 8
            model = Sequential()
            with pytest.warns(UserWarning, match="Conv2D"):
                model.add(Convolution2D(32, 3, 3, border_mode='same',
                                        input_shape=(img_channels, img_rows, img_cols)))  # fmt: skip
            model.add(Activation("relu"))
            assert model.output_shape == (None, 32, 8, 8)
            model.add(Flatten())
            model.add(Dense(10, activation="softmax"))
            sgd = SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True)
            model.compile(loss="categorical_crossentropy", optimizer=sgd)

            X_train = np.random.random((20, 3, 8, 8)).astype("float32")
            Y_train = np.eye(10)[np.random.randint(0, 10, 20)]
            batch_size, nb_epoch = 5, 2
            with pytest.warns(UserWarning, match="epochs=2"):
                model.fit(X_train, Y_train, batch_size=batch_size,
                          nb_epoch=nb_epoch, show_accuracy=True,
                          validation_data=(X_train, Y_train), shuffle=True)  # fmt: skip
            probabilities = model.predict_proba(X_train, batch_size=32, verbose=1)
            np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
            assert isinstance(model.evaluate(X_train, Y_train, batch_size=32, verbose=1, sample_weight=None), float)
        finally:
            K.set_image_dim_ordering("tf")
