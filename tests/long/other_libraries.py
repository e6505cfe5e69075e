"""Hand over what Hugging Face, xarray, zarr, polars, pandas, SciPy and PyTorch make, with those that are installed."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

import engine
from engine.layers import Dense
from engine.models import Sequential
from kwidgets.session.data_sources import DataSources

ROWS = 64
RANDOM = np.random.default_rng(0)
TABLE = {
    "a": RANDOM.random(ROWS),
    "b": RANDOM.random(ROWS),
    "town": ["x", "y"] * (ROWS // 2),
    "label": [0, 1] * (ROWS // 2),
}
X, Y = RANDOM.random((ROWS, 4)).astype("float32"), RANDOM.random((ROWS, 1)).astype("float32")
PICTURES = RANDOM.integers(0, 256, (ROWS, 5, 6, 3), dtype=np.uint8)


def _is_table(table: Any) -> None:
    """It gives the same numbers as the columns that it was made of."""
    data, own = engine.data.open(table, target="label"), engine.data.open(TABLE, target="label")
    np.testing.assert_allclose(data.x, own.x, atol=1e-6)
    np.testing.assert_array_equal(data.y, own.y)


def _trains(x: Any, y: Any = Y) -> None:
    """A network learns, is measured and predicts with it as with arrays."""
    losses: list[float] = []
    for one, target in ((x, y), (X, Y)):
        with engine.experiment.seeded(0):
            model = Sequential([Dense(3, input_dim=4), Dense(1)])
            model.compile("sgd", "mse")
            losses.append(model.fit(one, target, shuffle=False, verbose=0).history["loss"][0])
            model.predict(one)
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)


def hugging_face() -> None:
    """Tables, names of classes, pictures, parts."""
    import datasets

    made = datasets.Dataset.from_dict(TABLE)
    _is_table(made)
    _is_table(made.with_format("numpy"))
    names = datasets.Features({"x": datasets.Value("float32"), "label": datasets.ClassLabel(names=["cat", "dog"])})
    labelled = datasets.Dataset.from_dict({"x": TABLE["a"], "label": TABLE["label"]}, features=names)
    assert engine.data.open(labelled, target="label").classes == ["cat", "dog"]
    shown = datasets.Features({"picture": datasets.Image(), "label": datasets.Value("int64")})
    pictures = datasets.Dataset.from_dict({"picture": list(PICTURES), "label": TABLE["label"]}, features=shown)
    np.testing.assert_array_equal(engine.data.open(pictures, target="label").columns["picture"].values, PICTURES)
    try:
        engine.data.open(datasets.DatasetDict({"train": made, "test": made}), target="label")
    except engine.errors.DataError as error:
        assert "Open one" in str(error)
    else:
        raise AssertionError("parts are taken as a table")


def xarray() -> None:
    """Data sets of columns and of arrays, and arrays."""
    import xarray as xr

    _is_table(xr.Dataset({name: ("row", np.asarray(values)) for name, values in TABLE.items()}))
    pictures = xr.Dataset({"picture": (("row", "y", "x", "c"), PICTURES), "label": ("row", TABLE["label"])})
    np.testing.assert_array_equal(engine.data.open(pictures, target="label").columns["picture"].values, PICTURES)
    _trains(xr.DataArray(X), xr.DataArray(Y))


def zarr() -> None:
    """Groups and arrays."""
    import zarr as store

    folder = tempfile.mkdtemp()
    group = store.open_group(f"{folder}/g.zarr", mode="w")
    for name, values in (("a", X[:, 0]), ("label", np.array(TABLE["label"]))):
        group.create_array(name, data=values)
    assert engine.data.open(group, target="label").x.shape[1] == 1
    array = store.open(f"{folder}/x.zarr", mode="w", shape=X.shape, chunks=(16, 4), dtype="f4")
    array[:] = X
    _trains(array)


def polars() -> None:
    """Frames and lazy ones."""
    import polars as pl

    _is_table(pl.DataFrame(TABLE))
    _is_table(pl.DataFrame(TABLE).lazy())
    # On the Data page as well.
    sources = DataSources(lambda: {"frame": pl.DataFrame(TABLE)})
    offered = sources.tables.described(sources.tables.source({"kind": "frame", "name": "frame"}), 0.1)
    assert offered["table"] is not None and [one["name"] for one in offered["table"]["columns"]] == list(TABLE)
    assert {one["key"] for one in offered["arrays"]} == {"x", "y"}


def pandas() -> None:
    """Frames."""
    import pandas as pd

    _is_table(pd.DataFrame(TABLE))


def scipy() -> None:
    """Sparse matrices of both kinds."""
    from scipy import sparse

    _trains(sparse.csr_matrix(X))
    _trains(sparse.coo_array(X))


def torch() -> None:
    """Loaders and data sets."""
    import torch as library
    from torch.utils.data import DataLoader, TensorDataset

    made = TensorDataset(library.from_numpy(X), library.from_numpy(Y))
    _trains(DataLoader(made, batch_size=32), None)
    _trains(library.from_numpy(X), library.from_numpy(Y))


LIBRARIES: dict[str, Callable[[], None]] = {
    "datasets": hugging_face,
    "xarray": xarray,
    "zarr": zarr,
    "polars": polars,
    "pandas": pandas,
    "scipy": scipy,
    "torch": torch,
}


def main(arguments: list[str]) -> int:
    """Try each; 0 where none of those installed fails."""
    del arguments
    failed, there = [], []
    for name, check in LIBRARIES.items():
        try:
            version = getattr(importlib.import_module(name), "__version__", "")
        except ImportError:
            print(f"{name}: not installed")
            continue
        there.append(f"{name} {version}")
        try:
            check()
            print(f"{name} {version}: passed")
        except Exception as error:
            failed.append(name)
            print(f"{name} {version}: {type(error).__name__}: {error}")
    print(f"{', '.join(there)}: {len(failed)} failed")
    return 1 if failed else 0
