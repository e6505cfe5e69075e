"""Transformers of scikit-learn, and what is like them, as steps among others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, PowerTransformer, StandardScaler

import engine
from engine.data import Scale, Transformer
from engine.errors import DataError, SettingError, SettingTypeError

TABLE: dict[str, list[Any]] = {
    "size": [float(n * n % 37) for n in range(40)],
    "rooms": [None if n % 9 == 4 else float(n % 5) for n in range(40)],
    "town": ["Bonn" if n % 3 else "Ulm" for n in range(40)],
    "rent": [float(3 + n % 37) for n in range(40)],
}


def opened(inputs: list[str], *steps: Any) -> Any:
    return engine.data.open(TABLE, inputs=inputs, target="rent", steps=steps)


def test_it_is_fitted_on_training_rows_alone_and_the_object_given_stays_as_it_was() -> None:
    scaler = StandardScaler()
    data, own = opened(["size"], Transformer(scaler, "size")), opened(["size"], Scale(columns=["size"]))
    np.testing.assert_allclose(data.x, own.x, atol=1e-6)
    np.testing.assert_allclose(data.validation.x, own.validation.x, atol=1e-6)
    assert not hasattr(scaler, "mean_")
    np.testing.assert_allclose(data.preparation.rows({"size": 5}), own.preparation.rows({"size": 5}), atol=1e-6)


def test_missing_values_reach_it_as_nan_and_other_columns_stay_at_their_place() -> None:
    data = opened(
        ["size", "rooms"], Transformer(SimpleImputer(strategy="most_frequent", add_indicator=True), ["rooms"])
    )
    assert data.features[0] == "size" and len(data.features) == 3 and np.isfinite(data.x).all()


def test_texts_are_spread_and_sparse_results_made_dense() -> None:
    data = opened(["town"], Transformer(OneHotEncoder(handle_unknown="ignore"), ["town"]))
    assert data.features == ["town_Bonn", "town_Ulm"]
    assert data.preparation.rows([{"town": "Köln"}]).tolist() == [[0, 0]]
    words = opened(["town"], Transformer(TfidfVectorizer(), ["town"]))
    assert words.features == ["town = bonn", "town = ulm"]


def test_a_target_comes_back_from_predictions() -> None:
    data = opened(["size"], Transformer(PowerTransformer(), ["rent"]))
    np.testing.assert_allclose(data.preparation.undo(data.y), np.array(TABLE["rent"])[data.parts.train], rtol=1e-6)


def test_it_is_no_plain_data_and_says_so() -> None:
    data = opened(["size"], Transformer(StandardScaler(), ["size"]))
    for use in (data.get_config, data.preparation.to_config, lambda: engine.data.source_of(data, "a.csv")):
        with pytest.raises(SettingError, match="a step that a text can hold, found StandardScaler"):
            use()


def test_what_is_no_transformer_is_refused() -> None:
    with pytest.raises(SettingTypeError, match=r"Write it with brackets: StandardScaler\(\)"):
        Transformer(StandardScaler, "size")  # pyright: ignore[reportArgumentType]
    with pytest.raises(SettingTypeError, match="an object with fit and transform, found 3"):
        Transformer(3, "size")  # pyright: ignore[reportArgumentType]
    with pytest.raises(DataError, match="the columns that it was fitted on: size, rent"):
        _ = opened(["size"], Transformer(StandardScaler(), ["size", "rent"])).x
