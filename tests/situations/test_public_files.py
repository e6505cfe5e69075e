"""How runs of public files are judged: what counts against us, what follows from what is missing, which summaries agree."""

from __future__ import annotations

import ast

import pytest

from tests.long.public_notebooks import CUT_ROW, facts_of, told_by_both
from tests.long.reasons import KINDS, Missing, counted, kind_of


def _after(ran: str, failed: str) -> Missing:
    missing = Missing()
    missing.went(ast.parse(ran).body)
    missing.failed(ast.parse(failed).body)
    return missing


def _reads(missing: Missing, source: str) -> bool:
    return missing.reads(ast.parse(source).body[0])


@pytest.mark.parametrize(
    ("ran", "failed", "then", "expected"),
    [
        ("", "x = load('digits.csv')", "model.fit(x, y)", True),
        ("", "x = load('digits.csv')", "model.fit(z, y)", False),
        ("model = Sequential()", "model.compile('adam', tensorflow_loss)", "model.fit(z, y)", True),
        ("model = Sequential()\nimport numpy as np", "x = np.load('x.npy')", "np.zeros(3)", False),
        ("", "a, (b, c) = read()", "c + 1", True),
        ("table = {}", "table['x'] = read()", "table['y']", True),
        ("def data():\n    return x", "x = read()", "model.fit(data())", True),
        ("def data():\n    return x\ndef all_data():\n    return data()", "x = read()", "all_data()", True),
        ("", "import cv2", "cv2.imread('a.png')", True),
        ("", "class Own(tf.Layer):\n    pass", "Own()(x)", True),
    ],
)
def test_what_works_on_a_missing_name_follows_from_it(ran: str, failed: str, then: str, expected: bool) -> None:
    assert _reads(_after(ran, failed), then) is expected


def test_a_name_that_is_made_anew_is_missing_no_longer_and_one_made_of_it_is_missing_too() -> None:
    missing = _after("", "x = read()")
    missing.went(ast.parse("y = x[:3]").body)
    missing.went(ast.parse("x = [1, 2]").body)
    assert _reads(missing, "f(y)") and not _reads(missing, "f(x)")


@pytest.mark.parametrize(
    ("error", "by_us", "follows", "saved", "kind"),
    [
        ("ShapeError: expected rank 4", True, False, [], "ours"),
        ("ShapeError: expected rank 4", True, True, [], "follows"),
        ("ImportError: cannot import name 'x' from 'engine.layers'", True, False, [], "ours"),
        ("FileNotFoundError: 'weights.h5'", True, False, [], "data"),
        ("OSError: https://a.b/c.npz could not be fetched", True, False, [], "data"),
        ("ImportError: No module named 'cv2'", False, False, [], "package"),
        ("TooLong: the cell took too long", True, False, [], "time"),
        ("GraphError: layer 'l' (Lambda): expected a function, found stored code.", True, False, [], "refused"),
        ("KeyError: 'acc'", False, False, [], "code"),
        ("KeyError: 'acc'", False, True, [], "follows"),
        ("ValueError: bad", True, False, ["ValueError"], "saved"),
    ],
)
def test_every_error_has_a_kind(error: str, by_us: bool, follows: bool, saved: list[str], kind: str) -> None:
    assert kind_of(error, by_us, follows, saved) == kind and kind in KINDS
    lines = counted([kind, f"data, {kind}"])
    assert any(line.startswith(f"| {kind} |") and line.endswith(f"| {3 if kind == 'data' else 2} |") for line in lines)


SUMMARY = """
dense_1 (Dense)                  (None, 2)             66          input_1[0][0]
custom_1 (Custom)                [(None, 28, 28, 1), ( 0           input_1[0][0]
dense_2 (Dense)                  (None, 3)             9           custom_1[0][0]
Total params: 75
"""


def test_a_row_whose_list_of_shapes_was_cut_off_is_not_compared() -> None:
    ours = facts_of(SUMMARY.replace("[(None, 28, 28, 1), (", "(None, 28, 28, 1)") + "Trainable params: 75\n")
    saved, cut = facts_of(SUMMARY), len(CUT_ROW.findall(SUMMARY))
    assert cut == 1 and told_by_both(ours, saved, cut) == saved
    other = facts_of(SUMMARY.replace("(None, 3)", "(None, 4)"))
    assert told_by_both(other, saved, 0) != saved
