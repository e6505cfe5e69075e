"""What a Lambda does, given by name in place of the code that its file holds."""

from __future__ import annotations

import base64
import marshal
from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from engine.errors import GraphError, UnknownName
from engine.layers import Dense, Lambda
from engine.layers.known_functions import KNOWN, known_function
from engine.models import Sequential, load_model, model_from_config, model_from_json

CODE = base64.b64encode(marshal.dumps((lambda x: x).__code__)).decode()
X = np.array([[3.0, 4.0], [0.0, 0.0]], "float32")


def config(function: object) -> dict[str, object]:
    """A stack with a Lambda."""
    settings = {"name": "lambda_1", "function": function, "function_type": "lambda", "batch_input_shape": [None, 2]}
    return {
        "class_name": "Sequential",
        "config": {"name": "s", "layers": [{"class_name": "Lambda", "config": settings}]},
    }


def test_a_name_stands_for_the_code_and_is_kept(tmp_path: Path) -> None:
    model = model_from_config(config([CODE, None, None]), {"lambda_1": "l2_normalize"})
    np.testing.assert_allclose(model.predict(X), [[0.6, 0.8], [0.0, 0.0]], rtol=1e-6)
    model.save(tmp_path / "m.h5")
    np.testing.assert_array_equal(load_model(tmp_path / "m.h5").predict(X), model.predict(X))


def test_without_a_name_the_code_is_refused_with_the_way_out() -> None:
    with pytest.raises(GraphError, match=r"by what it does, \{'lambda_1': 'l2_normalize'\}"):
        model_from_config(config([CODE, None, None]))
    with pytest.raises(UnknownName, match="l2_normalize"):
        model_from_config(config([CODE, None, None]), {"lambda_1": "l2_normalise"})


def test_a_function_of_the_users_own_comes_first() -> None:
    model = Sequential([Lambda(known_function("l2_normalize"), input_shape=(2,), name="l")])
    again = model_from_json(model.to_json(), {"l2_normalize": lambda x: x * 2})
    np.testing.assert_array_equal(again.predict(X), X * 2)


@pytest.mark.parametrize("name", [*KNOWN, "resize_3x5"])
def test_each_computes_what_its_name_says(name: str) -> None:
    function = known_function(name)
    assert function is not None
    x = np.random.default_rng(0).normal(size=(2, 4, 6, 3)).astype("float32")
    y = np.asarray(function([x, x + 1] if name == "absolute_difference" else x))
    expected = {
        "absolute_difference": np.ones_like(x),
        "divide_by_127_5_minus_1": x / 127.5 - 1,
        "divide_by_255": x / 255,
        "divide_by_255_minus_half": x / 255 - 0.5,
        "expand_last_axis": x[..., None],
        "first_step": x[:, 0],
        "l2_normalize": x / np.linalg.norm(x, axis=-1, keepdims=True),
        "last_step": x[:, -1],
        "mean_of_steps": x.mean(1),
        "sum_of_steps": x.sum(1),
    }
    assert y.shape == ((2, 3, 5, 3) if name.startswith("resize") else expected[name].shape)
    if name in expected:
        np.testing.assert_allclose(y, expected[name], rtol=1e-5, atol=1e-6)


def test_unknown_names_and_sizes_are_none() -> None:
    assert known_function("resize_0x5") is None and known_function("eval") is None


def test_the_command_takes_what_a_lambda_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Sequential([Lambda(known_function("l2_normalize"), input_shape=(2,), name="l"), Dense(1)])
    made.save(tmp_path / "a.h5")
    assert main(["convert", str(tmp_path / "a.h5"), str(tmp_path / "b.h5"), "--function", "l=divide_by_255"]) == 0
    assert main(["convert", str(tmp_path / "a.h5"), str(tmp_path / "b.h5"), "--function", "l"]) == 2
    assert "LAYER=NAME" in capsys.readouterr().err
