"""The comparison runs: two workloads of the engine alone, with rounds too short to mean anything."""

import json
from collections import defaultdict

import numpy as np
import pytest

import engine
from engine._machine.ranks import Alone
from engine._native.library import library, turned_off
from tests.benchmarks import report, scaling_ranks, uncompiled
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


def test_every_line_of_the_comparison_on_a_card_runs_on_the_stand_in(tmp_path, monkeypatch, capsys):
    out = tmp_path / "figures"
    options = ["--stand-in", "--workloads", "a,m1", "--rounds", "1", "--seconds", "0.001", "--out", str(out)]
    monkeypatch.setattr("sys.argv", ["benchmarks", "gpu", *options])
    main()
    rows = json.loads(out.with_suffix(".json").read_text())["workloads"]
    for key in ("a", "m1"):
        for system in ("engine-gpu", "engine-gpu-tf32", "engine-gpu-half"):
            assert rows[key][system]["ms"] > 0
        for system in ("keras-jax", "torch-gpu", "torch-gpu-compiled"):
            assert "ms" in rows[key][system] or rows[key][system]["missing"].startswith("ModuleNotFoundError")
    assert "| engine-gpu |" in capsys.readouterr().out


def test_every_second_block_of_steps_sends_nothing():
    class Counted(Alone):
        sums = 0

        def all_reduce(self, flat):
            self.sums += 1

    ranks = Counted()
    alternating = scaling_ranks.Alternating(ranks, 400)
    gradient, short = np.ones(100, "float32"), np.ones(4)
    for _ in range(2 * (scaling_ranks._BLOCK + 1)):
        alternating.all_reduce(gradient)
        alternating.all_reduce(short)
    sent, apart = alternating.blocks[:2]
    assert (sent[0], apart[0]) == (True, False)
    assert len(sent[1]) == len(apart[1]) == scaling_ranks._BLOCK
    of_short, between = 2 * (scaling_ranks._BLOCK + 1), 2 * (scaling_ranks._BLOCK // 2)
    assert ranks.sums == of_short + between + scaling_ranks._BLOCK + 1
    found = defaultdict(list)
    scaling_ranks._add_blocks(found, ranks, alternating)
    assert found["ratios"] == [], "the first blocks warm up"


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
