"""The table of `model.summary()`, in Keras's layout."""

from engine.layers import BatchNormalization, Dense
from engine.models import Sequential

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
    assert lines[1].index("Output") == 25


def test_a_layer_that_is_fed_several_times_has_a_line_for_each():
    lines = []
    shared().summary(print_fn=lines.append)
    start = next(index for index, line in enumerate(lines) if line.startswith("joined"))
    assert [lines[start].split()[-1], lines[start + 1].split()] == ["shared[0][0]", ["shared[1][0]"]]
