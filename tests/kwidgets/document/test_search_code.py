"""Lines of Keras code in the search box are the layers that they make, whatever year they are from; nothing of them runs."""

import pytest

from kwidgets.document.document import Document
from kwidgets.document.search_code import written_layer


def found(text: str, shape: list[int] | None = None) -> tuple[dict, Document]:
    document = Document()
    if shape is not None:
        document.do({"do": "add", "class_name": "InputLayer", "settings": {"shape": shape}})
    (row,) = document.search(text=text, after=None, wire=None)["rows"]
    return row, document


@pytest.mark.parametrize(
    ("text", "class_name", "settings", "shape"),
    [
        (
            "Convolution2D(32, 3, 3, border_mode='same')",
            "Conv2D",
            {"filters": 32, "padding": "same"},
            [None, 28, 28, 32],
        ),
        ("model.add(Conv2D(32, (5, 5), activation='relu'))", "Conv2D", {"kernel_size": [5, 5]}, [None, 24, 24, 32]),
        ("x = layers.MaxPooling2D(pool_size=(4, 4))(x)", "MaxPooling2D", {"pool_size": [4, 4]}, [None, 7, 7, 1]),
        ("Flatten(),", "Flatten", {}, [None, 784]),
        ("model.add(Activation('relu'))", "Activation", {"activation": "relu"}, [None, 28, 28, 1]),
        ("tf.keras.layers.Dropout(rate=0.25)", "Dropout", {"rate": 0.25}, [None, 28, 28, 1]),
        ("Conv2D(8, 3, activation='relu', kernel_regularizer='l2'", "Conv2D", {"filters": 8}, [None, 26, 26, 8]),
    ],
)
def test_a_line_of_notes_is_its_layer(text, class_name, settings, shape) -> None:
    row, document = found(text, [28, 28, 1])
    assert (row["class_name"], row["shape"], row["unused"]) == (class_name, shape, [])
    (node,) = document.do(row["command"])["nodes"]
    part = document.draft.part(node)
    assert part.class_name == class_name
    assert {key: part.config[key] for key in settings} == settings
    assert document.shape_of(node) == tuple(shape)


def test_old_spellings_are_said_as_such() -> None:
    row, _ = found("Convolution2D(32, 3, 3)", [28, 28, 1])
    assert row["section"] == "old" and row["title"] == "Convolution2D" and "Conv2D" in row["line"]


def test_layers_within_layers_and_names_are_kept() -> None:
    row, document = found("Bidirectional(LSTM(6, return_sequences=True), merge_mode='sum', name='both')", [20, 8])
    (node,) = document.do(row["command"])["nodes"]
    assert node == "both@0" and document.shape_of(node) == (None, 20, 6)


def test_a_change_that_makes_it_fit_keeps_the_name() -> None:
    row, document = found("Dense(10, activation='softmax', name='classes')", [28, 28, 1])
    assert row["change"] == "with Flatten before it"
    document.do(row["command"])
    assert "classes" in document.draft.layers and document.shape_of("classes@0") == (None, 10)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("model.add(Dense(64, input_dim=784))", [None, 784]),
        ("Conv2D(32, 3, input_shape=(32, 32, 3))", [None, 32, 32, 3]),
        ("Embedding(100, 8, input_length=30)", [None, 30]),
    ],
)
def test_the_first_line_brings_the_input_that_it_asks_for(text, shape) -> None:
    row, document = found(text)
    document.do(row["command"])
    first = next(iter(document.draft.layers.values()))
    assert (first.class_name, first.config["batch_input_shape"]) == ("InputLayer", shape)
    assert not [p for p in document.problems() if p["severity"] == "error"]
    document.undo()
    assert not document.draft.layers


def test_what_code_leaves_open_is_said() -> None:
    row, _ = found("Dense(10, activation=mine, foo=3)", [8])
    assert len(row["unused"]) == 2 and "mine is not defined" in row["unused"][0] and "'foo'" in row["unused"][1]


@pytest.mark.parametrize(
    "text",
    [
        "Foo(3)",
        "print(3)",
        "__import__('os').system('x')",
        "()",
        "(",
        "Dense('a')",
        "max pool (2)",
        "Lambda(f)",
        "a(" * 300,
    ],
)
def test_other_code_is_no_layer(text: str) -> None:
    assert written_layer(text) is None
    Document().search(text=text, after=None, wire=None)
