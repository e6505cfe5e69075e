"""Small model files of installed Keras, which the ordinary tests read: run by the Python that has it.

    python tests/golden/model_files.py keras|tf_keras FOLDER

Writes the files, and for each a .npz with inputs `x0`.., targets `y0`.., predictions `before0`.. of the model that the files hold,
and `after0`.. of a further training step. A SavedModel is kept without TensorFlow's graph, which nobody here reads.
"""

import importlib
import os
import sys

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def numbers(seed, *shape):
    """The same normal numbers at every run."""
    return np.random.RandomState(seed).standard_normal(shape).astype("float32")


def sequences(keras):
    """Recurrent layers, attention, wrappers, a shared layer, a model inside, two inputs and two outputs."""
    layers = keras.layers
    x, words = keras.Input((5, 4), name="x"), keras.Input((5,), dtype="int32", name="words")
    embedded = layers.Embedding(7, 4, mask_zero=True)(words)
    gated = layers.LSTM(3, recurrent_activation="hard_sigmoid")(embedded)
    both = layers.Bidirectional(layers.GRU(2, return_sequences=True))(x)
    seen = layers.MultiHeadAttention(2, 3)(both, both, use_causal_mask=True)
    steps = layers.TimeDistributed(layers.Dense(3, activation="tanh"))(seen)
    stacked = layers.RNN([layers.SimpleRNNCell(3), layers.LSTMCell(2)])(steps)
    inner = keras.Input((3,))
    block = keras.Model(inner, layers.BatchNormalization()(layers.Dense(3)(inner)), name="block")
    shared = layers.Dense(3, name="shared")
    joined = layers.add([shared(gated), shared(block(gated))])
    return keras.Model([x, words], [layers.Dense(2, name="one")(joined), layers.Dense(1, name="two")(stacked)])


def pictures(keras):
    """A stack with convolutions of each kind and enlarged images."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((6, 6, 2)),
        layers.Conv2D(3, 3, padding="same", activation="relu"),
        layers.DepthwiseConv2D(3),
        layers.UpSampling2D(2, interpolation="bilinear"),
        layers.SeparableConv2D(2, 3, strides=2),
        layers.BatchNormalization(),
        layers.Conv2DTranspose(2, 2),
        layers.LeakyReLU(),
        layers.Dropout(0.0),
        layers.Flatten(),
        layers.Dense(2),
    ])  # fmt: skip


MODELS = {
    "sequences": (sequences, lambda: [numbers(1, 4, 5, 4), np.random.RandomState(2).randint(1, 7, (4, 5))], (2, 1)),
    "pictures": (pictures, lambda: [numbers(3, 4, 6, 6, 2)], (2,)),
}
OPTIMIZERS = {
    "sequences": ("SGD", {"learning_rate": 0.05, "momentum": 0.9}),
    "pictures": ("RMSprop", {"epsilon": 1e-3}),
}
OLDER = {
    "Adam": {"learning_rate": 0.05},
    "SGD": {"learning_rate": 0.05, "momentum": 0.9},
    "RMSprop": {"learning_rate": 0.05},
    "Adadelta": {"learning_rate": 1.0},
    "Nadam": {"learning_rate": 0.05},
}
ENDINGS = {"keras": (".keras", ".weights.h5", ".h5", ".json"), "tf_keras": (".keras", ".h5", ".json", "")}


def write(library, name, folder):
    """The files of one model."""
    keras = importlib.import_module(library)
    keras.utils.set_random_seed(5)
    make, inputs, widths = MODELS[name]
    model, x = make(keras), inputs()
    y = [numbers(9 + i, 4, width) for i, width in enumerate(widths)]
    optimizer, settings = OPTIMIZERS[name]
    model.compile(getattr(keras.optimizers, optimizer)(**settings), "mse")
    fed = x if len(x) > 1 else x[0], y if len(y) > 1 else y[0]
    model.train_on_batch(*fed)
    stem = os.path.join(folder, f"{library}_{name}")
    for ending in ENDINGS[library]:
        if ending == ".json":
            with open(f"{stem}.json", "w") as file:
                file.write(model.to_json())
        elif ending == ".weights.h5":
            model.save_weights(f"{stem}.weights.h5")
        elif ending:
            model.save(stem + ending)
        elif name == "pictures":
            model.save(f"{stem}_saved", save_format="tf")
            open(f"{stem}_saved/saved_model.pb", "wb").close()
    arrays = {f"x{i}": one for i, one in enumerate(x)} | {f"y{i}": one for i, one in enumerate(y)}
    for stage in ("before", "after"):
        outputs = model(fed[0], training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        arrays |= {f"{stage}{i}": np.asarray(one) for i, one in enumerate(outputs)}
        if stage == "before":
            model.train_on_batch(*fed)
    np.savez_compressed(f"{stem}.npz", **arrays)


def vectors(keras):
    """A small stack, with moments that are kept beside the weights."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((4,)), layers.Dense(3, activation="tanh"), layers.BatchNormalization(), layers.Dense(2),
    ])  # fmt: skip


def write_older(keras, folder):
    """SavedModels with an optimizer as before tf.keras 2.11, and without Keras's records; checkpoints of TensorFlow."""
    arrays = {"x": numbers(21, 6, 4), "y": numbers(22, 6, 2)}
    for name, settings in OLDER.items():
        keras.utils.set_random_seed(5)
        model = vectors(keras)
        model.compile(getattr(keras.optimizers.legacy, name)(**settings), "mse")
        for _ in range(3):
            model.train_on_batch(arrays["x"], arrays["y"])
        stem = os.path.join(folder, f"tf_keras_older_{name.lower()}")
        model.save(f"{stem}_saved", save_format="tf")
        open(f"{stem}_saved/saved_model.pb", "wb").close()
        arrays[f"{name} before"] = model.predict(arrays["x"], verbose=0)
        if name == "Adam":
            model.save_weights(f"{stem}_checkpoint/cp", save_format="tf")
            model.export(f"{stem}_exported")
            open(f"{stem}_exported/saved_model.pb", "wb").close()
        model.train_on_batch(arrays["x"], arrays["y"])
        arrays[f"{name} after"] = model.predict(arrays["x"], verbose=0)
    keras.utils.set_random_seed(6)
    model = sequences(keras)
    model.save_weights(os.path.join(folder, "tf_keras_older_sequences", "cp"), save_format="tf")
    inputs = MODELS["sequences"][1]()
    outputs = model(inputs, training=False)
    arrays |= {f"sequences {i}": np.asarray(one) for i, one in enumerate(outputs)}
    np.savez_compressed(os.path.join(folder, "tf_keras_older.npz"), **arrays)


if __name__ == "__main__":
    if sys.argv[1] == "tf_keras":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    for model_name in MODELS:
        write(sys.argv[1], model_name, sys.argv[2])
    if sys.argv[1] == "tf_keras":
        write_older(importlib.import_module("tf_keras"), sys.argv[2])
