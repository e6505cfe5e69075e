"""One model in every spelling that people write, and what is said of each."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from engine.errors import FileError
from engine.experiment import PythonProgram, build_model, read_python


def read(source: str) -> PythonProgram:
    return read_python(dedent(source))


def layers(program: PythonProgram) -> list[tuple[str, Any]]:
    """(class, units or filters) of the layers of the chosen model."""
    config = program.experiment["config"]
    return [(e["class_name"], e["config"].get("units", e["config"].get("filters"))) for e in config["layers"]]


def wires(program: PythonProgram) -> dict[str, list[Any]]:
    """The layers that feed each layer, call by call."""
    entries = program.experiment["config"]["layers"]
    return {e["name"]: [[wire[0] for wire in call] for call in e["inbound_nodes"]] for e in entries}


STACK = [("Dense", 8), ("Dropout", None), ("Dense", 2)]
STACKS = {
    "add": """
        from keras.models import Sequential
        from keras.layers import Dense, Dropout
        model = Sequential()
        model.add(Dense(8, input_dim=4))
        model.add(Dropout(0.5))
        model.add(Dense(2))
        """,
    "a list": """
        import keras
        model = keras.Sequential([keras.layers.Dense(8, input_shape=(4,)), keras.layers.Dropout(0.5), keras.layers.Dense(2)])
        """,
    "keras.layers as L": """
        from tensorflow.keras import layers as L, models
        model = models.Sequential([L.Dense(8, input_shape=[4]), L.Dropout(rate=0.5), L.Dense(units=2)])
        """,
    "tf.keras": """
        import tensorflow as tf
        model = tf.keras.models.Sequential()
        model.add(tf.keras.layers.Dense(8, input_shape=(4,)))
        model.add(tf.keras.layers.Dropout(.5))
        model.add(tf.keras.layers.Dense(2))
        """,
    "tensorflow.keras with a star": """
        from tensorflow.keras.layers import *
        from tensorflow.keras.models import *
        model = Sequential(layers=[Dense(8, input_shape=(4,)), Dropout(0.5), Dense(2)], name="net")
        """,
    "Keras 1": """
        from keras.layers.core import Dense, Dropout
        model = Sequential()
        model.add(Dense(output_dim=8, input_dim=4, init="uniform"))
        model.add(Dropout(p=0.5))
        model.add(Dense(output_dim=2))
        """,
    "no imports at all": """
        model = Sequential([Dense(8, input_shape=(4,)), Dropout(0.5), Dense(2)])
        """,
    "a loop over literals": """
        model = Sequential()
        for number, (units, rate) in enumerate(zip([8, 2], (0.5, 0))):
            if number == 0:
                model.add(Dense(units, input_shape=(4,)))
            else:
                model.add(Dense(units))
            if rate:
                model.add(Dropout(rate))
        """,
    "a comprehension and arithmetic": """
        size = 2 ** 3
        made = [Dense(size // 4 ** i, **({"input_shape": (4,)} if i == 0 else {})) for i in range(2)]
        model = Sequential([made[0], Dropout(1 / 2), *made[1:]])
        """,
    "a function": """
        def build(units, rate=0.5, *, classes=2):
            net = Sequential()
            net.add(Dense(units, input_shape=(4,)))
            net.add(Dropout(rate))
            net.add(Dense(classes))
            return net
        model = build(8)
        """,
    "a static method of a class": """
        class Net:
            @staticmethod
            def build(width, classes):
                model = Sequential()
                model.add(Dense(8, input_shape=(width,)))
                model.add(Dropout(0.5))
                model.add(Dense(classes))
                return model
        model = Net.build(width=4, classes=2)
        """,
    "an object": """
        class Agent(object):
            def __init__(self, state_size, actions):
                self.state_size, self.actions = state_size, actions
                self.model = self._build()
            def _build(self):
                model = Sequential()
                model.add(Dense(8, input_dim=self.state_size))
                model.add(Dropout(0.5))
                model.add(Dense(self.actions))
                return model
        agent = Agent(4, 2)
        """,
    "an if over a literal": """
        DEEP = False
        model = Sequential()
        model.add(Dense(8, input_dim=4))
        model.add(Dropout(0.5))
        if DEEP:
            model.add(Dense(100))
        model.add(Dense(2))
        """,
    "layers popped again": """
        model = Sequential([Dense(8, input_dim=4), Dropout(0.5), Dense(9), Dense(7)])
        model.layers.pop()
        model.pop()
        model.add(Dense(2))
        """,
    "under main": """
        def main():
            model = Sequential([Dense(8, input_dim=4), Dropout(0.5), Dense(2)])
            model.summary()
        if __name__ == "__main__":
            main()
        """,
    "a wrapper of scikit-learn": """
        def make(dropout=0.5):
            return Sequential([Dense(8, input_dim=4), Dropout(dropout), Dense(2)])
        model = KerasClassifier(build_fn=make, epochs=150, batch_size=10, verbose=0)
        """,
    "a k-fold": """
        for train, test in StratifiedKFold(n_splits=10).split(X, Y):
            model = Sequential()
            model.add(Dense(8, input_dim=4))
            model.add(Dropout(0.5))
            model.add(Dense(2))
        """,
}


@pytest.mark.parametrize("spelling", STACKS)
def test_a_stack_is_read_in_every_spelling(spelling: str) -> None:
    program = read(STACKS[spelling])
    assert layers(program) == STACK
    assert build_model(program.experiment).output_shape == (None, 2)
    assert [note.sentence for note in program.notes if note.kind == "not read"] == (
        ["What the loop goes over is known only when the program runs: it is read once."]
        if spelling == "a k-fold"
        else []
    )


GRAPH = [("InputLayer", None), ("Dense", 8), ("Dense", 8), ("Add", None), ("Dense", 2)]
GRAPHS = {
    "Keras 2": """
        from keras.layers import Input, Dense, add
        from keras.models import Model
        a = Input(shape=(4,))
        b = Dense(8)(a)
        c = Dense(8)(b)
        d = Dense(2)(add([b, c]))
        model = Model(inputs=a, outputs=d)
        """,
    "Keras 1": """
        a = Input(shape=(4,))
        b = Dense(8)(a)
        c = Dense(8)(b)
        merged = merge([b, c], mode='sum')
        model = Model(input=[a], output=[Dense(2)(merged)])
        """,
    "tf.keras": """
        import tensorflow as tf
        a = tf.keras.Input((4,))
        b = tf.keras.layers.Dense(8)(a)
        c = tf.keras.layers.Dense(8)(b)
        model = tf.keras.Model(a, tf.keras.layers.Dense(2)(tf.keras.layers.Add()([b, c])))
        """,
    "Keras 3": """
        import keras
        from keras import layers
        a = keras.Input(shape=(4,))
        b = layers.Dense(8)(a)
        model = keras.Model(a, layers.Dense(2)(b + layers.Dense(8)(b)))
        """,
    "a block as a function": """
        def block(x, units):
            return Add()([x, Dense(units)(x)])
        a = x = Input((4,))
        x = Dense(8)(x)
        x = block(x, int(x.shape[-1]))
        model = Model(a, Dense(2)(x))
        """,
    "a class that is called": """
        class Block:
            def __init__(self, units):
                self.inner = Dense(units)
            def __call__(self, x):
                return keras.layers.add([x, self.inner(x)])
        a = Input((4,))
        model = Model(a, Dense(2)(Block(8)(Dense(8)(a))))
        """,
}


@pytest.mark.parametrize("spelling", GRAPHS)
def test_a_graph_is_read_in_every_spelling(spelling: str) -> None:
    program = read(GRAPHS[spelling])
    assert sorted(layers(program), key=str) == sorted(GRAPH, key=str)
    assert build_model(program.experiment).count_params() == 4 * 8 + 8 + 8 * 8 + 8 + 8 * 2 + 2
    assert not [note for note in program.notes if note.kind == "not read"]


def test_a_layer_called_twice_is_one_layer_with_two_calls() -> None:
    program = read(
        """
        a, b = Input((4,)), Input((4,))
        shared = Dense(3, name="shared")
        model = Model([a, b], Concatenate()([shared(a), shared(b)]))
        """
    )
    assert wires(program)["shared"] == [["input_1"], ["input_2"]]
    assert wires(program)["concatenate_1"] == [["shared", "shared"]]


def test_a_model_that_is_called_is_a_nested_model() -> None:
    program = read(
        """
        encoder = Sequential([Dense(3, input_shape=(4,))], name="encoder")
        decoder = Sequential([Dense(4, input_shape=(3,))], name="decoder")
        image = Input((4,))
        model = Model(image, decoder(encoder(image)), name="both")
        """
    )
    assert [entry["class_name"] for entry in program.experiment["config"]["layers"]] == [
        "InputLayer",
        "Sequential",
        "Sequential",
    ]
    assert [model.name for model in program.models] == ["model"]
    assert build_model(program.experiment).output_shape == (None, 4)


def test_a_model_goes_on_from_the_middle_of_a_well_known_net() -> None:
    program = read(
        """
        base = MobileNet(weights="imagenet", include_top=False, input_shape=(32, 32, 3))
        for layer in base.layers[:-2]:
            layer.trainable = False
        x = GlobalAveragePooling2D()(base.output)
        model = Model(inputs=base.input, outputs=Dense(5, activation="softmax")(x))
        """
    )
    assert build_model(program.experiment).output_shape == (None, 5)
    assert not program.experiment["config"]["layers"][3]["config"]["trainable"]
    assert [note.kind for note in program.notes] == ["left out"]


def test_settings_of_a_training_are_read() -> None:
    program = read(
        """
        import numpy as np
        np.random.seed(7)
        BATCH = 16
        model = Sequential([Dense(2, input_dim=4)])
        sgd = keras.optimizers.SGD(learning_rate=0.1, momentum=.9)
        model.compile(optimizer=sgd, loss=keras.losses.mse, metrics=["accuracy", "mae"])
        stop = EarlyStopping(patience=2)
        model.fit(arrays["x"], arrays["y"], BATCH, 5, validation_split=0.2, shuffle=False, callbacks=[stop])
        """
    )
    training = program.experiment["training"]
    assert training["optimizer"]["class_name"] == "SGD"
    assert training["optimizer"]["config"]["lr"] == 0.1
    assert {key: value for key, value in training.items() if key != "optimizer"} == {
        "loss": "mse",
        "metrics": ["accuracy", "mae"],
        "batch_size": 16,
        "epochs": 5,
        "validation_split": 0.2,
        "shuffle": False,
        "seed": 7,
    }
    assert program.experiment["data"] == {"inputs": {"dense_1_input": "x"}, "targets": {"dense_1": "y"}}
    assert [str(note) for note in program.notes] == ["line 9: callbacks are no part of an experiment: EarlyStopping."]


COMPILED = {
    "'sgd', 'mse'": ("SGD", "mse"),
    "optimizer='sgd', loss='mse'": ("SGD", "mse"),
    "SGD(), keras.losses.Huber()": ("SGD", "Huber"),
    "SGD(), tf.keras.losses.BinaryCrossentropy(from_logits=True)": ("SGD", "BinaryCrossentropy(from_logits=True)"),
    "'sgd', 'huber'": ("SGD", "huber"),
    "SGD(), keras.losses.MeanSquaredError()": ("SGD", "mean_squared_error"),
    "tf.keras.optimizers.legacy.SGD(), tf.losses.mean_squared_error": ("SGD", "mean_squared_error"),
    "keras.optimizers.SGD, ['mse']": ("SGD", "mse"),
    "loss={'d': 'mse'}, optimizer='SGD'": ("SGD", "mse"),
}


@pytest.mark.parametrize("arguments", COMPILED)
def test_compile_is_read_in_every_spelling(arguments: str) -> None:
    program = read(f"model = Sequential([Dense(2, input_dim=4, name='d')])\nmodel.compile({arguments})")
    training = program.experiment["training"]
    assert (training["optimizer"]["class_name"], training["loss"]) == COMPILED[arguments]
    build_model(program.experiment)


METRICS = {
    "keras.metrics.AUC(), 'Recall', tf.keras.metrics.Precision(name='p')": (["AUC", "Recall", "Precision"], []),
    "keras.metrics.CategoricalAccuracy(), 'cosine_similarity'": (["categorical_accuracy", "cosine_similarity"], []),
    "keras.metrics.AUC(curve='PR')": (["AUC(curve='PR')"], []),
    "keras.metrics.MeanIoU(num_classes=3)": (["MeanIoU(num_classes=3)"], []),
}


@pytest.mark.parametrize("written", METRICS)
def test_metrics_that_are_objects_are_read_by_their_names(written: str) -> None:
    program = read(f"model = Sequential([Dense(2, input_dim=3)])\nmodel.compile('sgd', 'mse', metrics=[{written}])")
    names, notes = METRICS[written]
    assert program.experiment["training"]["metrics"] == names
    assert [note.sentence for note in program.notes if note.kind in ("left out", "not read")] == notes
    build_model(program.experiment)


def test_old_names_are_told_with_their_lines() -> None:
    program = read(
        """
        model = Sequential()
        model.add(Convolution2D(8, 3, 3, border_mode="same", input_shape=(9, 9, 1)))
        model.compile("sgd", "mse")
        model.fit(x, y, nb_epoch=3)
        """
    )
    assert [str(note) for note in program.notes if note.kind == "renamed"] == [
        "line 3: Convolution2D is Conv2D today.",
        "line 3: Conv2D: Keras 1 spelling; write Conv2D(8, (3, 3), padding='same').",
        "line 5: fit: Keras 1 spelling; write fit(epochs=3).",
    ]
    assert program.experiment["training"]["epochs"] == 3


def test_channels_first_holds_for_the_layers_that_need_it() -> None:
    program = read(
        """
        K.set_image_dim_ordering("th")
        shape = (1, 9, 9) if K.image_dim_ordering() == "th" else (9, 9, 1)
        model = Sequential([Conv2D(4, 3, input_shape=shape), Flatten()])
        """
    )
    assert build_model(program.experiment).output_shape == (None, 4 * 7 * 7)


def test_shapes_of_known_data_are_followed() -> None:
    program = read(
        """
        from keras.datasets import mnist
        (x_train, y_train), (x_test, y_test) = mnist.load_data()
        rows, cols = x_train.shape[1], x_train.shape[2]
        x_train = x_train.reshape(x_train.shape[0], rows * cols).astype("float32") / 255
        y_train = keras.utils.to_categorical(y_train)
        model = Sequential([Dense(y_train.shape[1], input_shape=x_train.shape[1:])])
        """
    )
    assert build_model(program.experiment).input_shape == (None, 784)
    assert build_model(program.experiment).output_shape == (None, 10)
    assert program.notes == ()


def test_what_only_running_tells_is_said_with_its_line() -> None:
    program = read(
        """
        import pandas as pd
        data = pd.read_csv("data.csv")
        model = Sequential()
        model.add(Dense(len(data.columns), input_dim=data.shape[1]))
        model.add(Capsule())
        model.add(Lambda(lambda x: x ** 2))
        model.compile("adam", loss=my_loss)
        """
    )
    assert layers(program) == [("Dense", 1), ("Activation", None), ("Activation", None)]
    assert [note.line for note in program.notes] == [5, 5, 6, 7, 8]
    assert {note.kind for note in program.notes} == {"not read"}
    assert [entry["config"]["name"] for entry in program.experiment["config"]["layers"]] == [
        "dense_1",
        "capsule_1",
        "lambda_1",
    ]


def test_the_model_that_is_trained_last_is_meant_and_the_others_are_listed() -> None:
    program = read(
        """
        first = Sequential([Dense(1, input_dim=2)])
        second = Sequential([Dense(2, input_dim=2)])
        third = Sequential([Dense(3, input_dim=2)])
        second.compile("sgd", "mse")
        second.fit(x, y)
        third.compile("sgd", "mse")
        """
    )
    assert [(model.name, model.line) for model in program.models] == [("first", 2), ("second", 3), ("third", 4)]
    assert program.models[program.chosen].name == "second"


def test_both_branches_of_an_unknown_if_are_told() -> None:
    program = read(
        """
        if os.path.exists("model.h5"):
            model = load_model("model.h5")
        else:
            model = Sequential([Dense(2, input_dim=3)])
        """
    )
    assert layers(program) == [("Dense", 2)]
    assert [note.line for note in program.notes] == [2]


@pytest.mark.parametrize(
    "source", ["x = 1\n", "import os\nos.remove('/')\n", "model = load_model('a.h5')\n", "def f(:\n"]
)
def test_a_program_without_a_model_is_refused_in_a_sentence(source: str) -> None:
    with pytest.raises(FileError, match="expected a model of Keras"):
        read_python(source, "a.py")


PARTS = {
    "a layer's output by name": "Model(base.input, base.get_layer('second').output)",
    "a layer's output by index": "Model(inputs=base.input, outputs=base.layers[1].output)",
    "a model of Keras 1": "Model(input=base.inputs, output=base.layers[-2].output)",
}


@pytest.mark.parametrize("form", ["stack", "graph"])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_model_is_a_model(part: str, form: str) -> None:
    stack = """
        base = Sequential([Dense(3, input_dim=4, name="first"), Dense(5, name="second"), Dense(6)])
        """
    graph = """
        a = Input((4,))
        base = Model(a, Dense(6)(Dense(5, name="second")(Dense(3, name="first")(a))))
        """
    at = {"a layer's output by index": {"stack": "1", "graph": "2"}[form]}.get(part, "")
    code = PARTS[part].replace("layers[1]", f"layers[{at}]") if at else PARTS[part]
    program = read(f"{stack if form == 'stack' else graph}\n        features = {code}\n")
    assert build_model(program.experiment).output_shape == (None, 5)


def test_a_class_of_the_programs_own_is_followed_where_it_is_called() -> None:
    program = read(
        """
        class Net(keras.Model):
            def __init__(self, units):
                super().__init__()
                self.first, self.second = Dense(units), Dense(2)
            def call(self, inputs, training=False):
                return self.second(self.first(inputs))
        image = Input((4,))
        model = Model(image, Net(8)(image))
        """
    )
    assert layers(program) == [("InputLayer", None), ("Dense", 8), ("Dense", 2)]


def test_sizes_that_python_2_divided_to_whole_numbers_are_whole() -> None:
    program = read("""
        width = 16
        model = Sequential([Dense(width / 2, input_dim=4, name="dense_" + chr(97))])
        """)
    assert layers(program) == [("Dense", 8)]
    assert [note.kind for note in program.notes] == ["changed"]
