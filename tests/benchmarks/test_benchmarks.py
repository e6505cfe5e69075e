"""The comparison runs: two workloads of the engine alone, with rounds too short to mean anything."""

import json

import numpy as np
import pytest

import engine
from engine._native.library import library, turned_off
from tests.benchmarks import report, uncompiled
from tests.benchmarks.__main__ import main
from tests.benchmarks.every_workload import EVERY_WORKLOAD
from tests.benchmarks.picture_nets import PICTURES
from tests.benchmarks.workloads import WORKLOADS


def test_the_engine_is_measured_and_reported(tmp_path, monkeypatch, capsys):
    out = tmp_path / "figures"
    options = ["--systems", "engine,nothing", "--workloads", "a,l", "--rounds", "2", "--seconds", "0.02"]
    monkeypatch.setattr("sys.argv", ["benchmarks", "compare", *options, "--keep-blas-settings", "--out", str(out)])
    main()
    assert "(l) 100 x Dense(64)" in capsys.readouterr().out
    figures = json.loads(out.with_suffix(".json").read_text())
    row = figures["workloads"]["a"]
    assert 0 < row["engine"]["min"] <= row["engine"]["ms"] <= row["engine"]["max"]
    assert row["engine"]["cold_start_s"] > 0
    assert "missing" in row["nothing"]
    assert set(figures["limits"]["gemm"]) == {"a", "l"}
    assert out.with_suffix(".svg").stat().st_size > 1000


def test_ratios_are_of_the_fastest_peer():
    row = {"engine": {"ms": 2.0}, "one": {"ms": 3.0}, "other": {"ms": 9.0}, "gone": {"missing": "not installed"}}
    assert report.fastest(row) == ("one", 3.0)
    assert report.ratio(row) == 1.5
    assert report.ratio(row, "other") == 4.5
    assert round(report.geometric_mean([1.0, 4.0, float("nan")]), 9) == 2.0


def test_every_workload_says_what_it_is():
    assert all(w.title and w.kind in ("train", "fit", "predict", "evaluate") for w in EVERY_WORKLOAD.values())
    assert len(EVERY_WORKLOAD) == len(WORKLOADS) + len(PICTURES)


@pytest.mark.skipif(library() is None, reason="the library was not built: python -m engine._native.build")
@pytest.mark.parametrize("key", ["mobilet", "unet1", "series", "volumes", "size8"])
def test_the_convolutional_networks_run_compiled(key):
    work = PICTURES[key]
    model = work.build(engine)
    x, y = work.data(np.random.default_rng(0))
    if y is None:
        assert model.predict(x, batch_size=work.batch).shape == (len(x), 10)
    else:
        assert model.profile(x, y).how.startswith("runs as one compiled call")


@pytest.mark.skipif(library() is None, reason="the library was not built: python -m engine._native.build")
def test_nothing_of_a_layer_stays_in_python_and_without_the_library_all_does():
    chosen = ["Dense", "RNN", "ConvLSTM2D", "CuDNNGRU", "Softmax"]
    assert not any(row.training or row.predicting for row in uncompiled.rows(chosen))
    with turned_off():
        (row,) = uncompiled.rows(["Dense"])
    assert row.training == row.predicting == ["the whole step: there is no library"]
