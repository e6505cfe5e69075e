"""The table of `model.summary()`, in Keras's layout."""

from engine.layers import BatchNormalization, Conv1D, Dense, Embedding, Input, SpatialDropout1D, add
from engine.models import Model, Sequential

from .small_models import shared


def test_summary_prints_keras_tables():
    lines = []
    assert (
        Sequential([Dense(3, input_shape=(4,), name="d"), BatchNormalization(name="b")]).summary(print_fn=lines.append)
        is None
    )
    assert lines[0] == "_" * 65
    assert lines[3].split() == ["d", "(Dense)", "(None,", "3)", "15"]
    assert lines[-4:] == ["Total params: 27", "Trainable params: 21", "Non-trainable params: 6", "_" * 65]
    lines.clear()
    shared().summary(print_fn=lines.append)
    assert lines[0] == "_" * 98
    text = "\n".join(lines)
    assert "Connected to" in text
    assert "shared[1][0]" in text
    lines.clear()
    Sequential([Dense(3)]).summary(print_fn=lines.append)
    assert "not built" in "\n".join(lines)


def test_a_table_has_the_asked_width_and_columns():
    lines = []
    shared().summary(line_length=60, positions=[0.4, 0.6, 0.75, 1.0], print_fn=lines.append)
    assert {len(line) for line in lines if set(line) <= set("_=")} == {60}
    assert lines[1].index("Output") == 24


def test_a_layer_that_is_fed_several_times_has_a_line_for_each():
    lines = []
    shared().summary(print_fn=lines.append)
    start = next(index for index, line in enumerate(lines) if line.startswith("joined"))
    assert [lines[start].split()[-1], lines[start + 1].split()] == ["shared[0][0]", ["shared[1][0]"]]


def test_rows_are_those_that_notebooks_have_saved():
    lines = []
    layers = [
        Embedding(5000, 64, input_length=400, name="embedding_1"),
        SpatialDropout1D(0.2, name="spatial_dropout1d_1"),
        Conv1D(256, 3, name="conv1d_1"),
    ]
    Sequential(layers).summary(print_fn=lines.append)
    assert [line.rstrip() for line in lines[1:8:2]] == [
        "Layer (type)                 Output Shape              Param #",
        "embedding_1 (Embedding)      (None, 400, 64)           320000",
        "spatial_dropout1d_1 (Spatial (None, 400, 64)           0",
        "conv1d_1 (Conv1D)            (None, 398, 256)          49408",
    ]


def test_calls_of_a_model_are_counted_behind_its_own_graph():
    inner = Sequential([Dense(2, input_shape=(3,), name="d")], name="inner")
    a, b = Input((3,), name="a"), Input((3,), name="b")
    lines = []
    Model([a, b], add([inner(a), inner(b)], name="sum")).summary(print_fn=lines.append)
    start = next(index for index, line in enumerate(lines) if line.startswith("sum"))
    assert [line.split()[-1] for line in lines[start : start + 2]] == ["inner[1][0]", "inner[2][0]"]
