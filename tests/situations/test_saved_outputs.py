"""What of a notebook's saved outputs is compared with ours, and what is told apart from it."""

from __future__ import annotations

import ast

import pytest

from tests.long.saved_outputs import Changed, agree, is_certain, saved_output, tokens_of

SAME = {
    "spaces of NumPy's printing": ("array([[0., 1.],\n       [2., 3.]])", "array([[ 0.,  1.],\n       [ 2.,  3.]])"),
    "scalars of NumPy 2": ("(np.float64(0.5), np.int64(3))", "(0.5, 3)"),
    "long numbers and texts of Python 2": ("(60000, 28) 'a'", "(60000L, 28) u'a'"),
    "counters in names": ("dense_3 (None, 10)", "dense_12 (None, 10)"),
    "addresses": ("<matplotlib.image.AxesImage object at 0x7f00aa11>", "<matplotlib.image.AxesImage at 0x120501fd0>"),
    "modules of classes": (
        "<engine.models.sequential.Sequential object at 0x7f00aa11>",
        "<keras.models.Sequential at 0x120501fd0>",
    ),
    "sizes that TensorFlow leaves open": ("(None, 10, 50)", "(?, ?, 50)"),
    "tensors": ("<Tensor  shape=(None, 3) dtype=float32>", "<tf.Tensor 'dense_1/Relu:0' shape=(?, 3) dtype=float32>"),
    "versions": ("keras 0.1.0", "keras 2.0.8"),
    "progress and warnings": ("3", "Using TensorFlow backend.\n 32/350 [=>....] - ETA: 2s\n3"),
    "order of a dict": ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}"),
    "figures that are printed": ("0.33333334", "0.3333"),
}


@pytest.mark.parametrize("what", SAME)
def test_what_depends_on_machine_and_year_makes_no_difference(what: str) -> None:
    ours, saved = SAME[what]

    assert agree(tokens_of(ours), tokens_of(saved))


@pytest.mark.parametrize(
    ("ours", "saved"),
    [
        ("(None, 3)", "(None, 4)"),
        ("float32", "float64"),
        ("[1, 2]", "[1, 2, 3]"),
        ("['a', 'b']", "['b', 'a']"),
        ("(?, 3)", "(2, 3)"),
    ],
)
def test_other_sizes_types_lengths_and_orders_differ(ours: str, saved: str) -> None:
    assert not agree(tokens_of(ours), tokens_of(saved))


def test_what_two_runs_print_alike_is_certain_beside_addresses() -> None:
    assert is_certain("<A object at 0x7f00aa11> 1", "<A object at 0x7f00bb22> 1")
    assert not is_certain("0.25", "0.5")


def test_pictures_and_what_goes_to_the_other_stream_are_no_output() -> None:
    outputs = [
        {"output_type": "stream", "name": "stderr", "text": ["Using TensorFlow backend."]},
        {"output_type": "display_data", "data": {"text/plain": "<Figure>"}},
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]},
        {"output_type": "execute_result", "data": {"text/plain": ["3"]}},
    ]

    assert saved_output({"outputs": outputs}) == "a\nb\n3"
    assert saved_output({"outputs": [{"output_type": "pyout", "text": ["4"]}]}) == "4"


def test_what_hangs_on_a_training_or_a_data_set_is_followed_through_names() -> None:
    changed = Changed()
    changed.went(ast.parse("(x, y), _ = mnist.load_data()\nz = [1, 2]\nhistory = model.fit(z, z)\nn = len(x)").body)

    assert all(changed.reads(ast.parse(text).body) for text in ("print(n)", "history.epoch", "model.get_weights()"))
    assert not changed.reads(ast.parse("print(z)").body)
