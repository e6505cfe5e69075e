"""Ready sets that lie in the network: nothing is fetched before somebody has said so, and what would be is said."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from engine.datasets.cache import Remote
from kwidgets.refused import Refused
from kwidgets.session.built_in import BUILT_IN, BuiltIn
from kwidgets.session.data_sources import DataSources


class Network:
    """Stands for the network: `there` once it was fetched."""

    def __init__(self, fails: bool = False) -> None:
        self.there, self.fails, self.times = False, fails, 0
        self.go = threading.Event()

    def fetch(self) -> None:
        self.times += 1
        assert self.go.wait(60)
        if self.fails:
            raise OSError("https://example.org/few.npz could not be fetched: no network.")
        self.there = True

    def set(self) -> dict[str, BuiltIn]:
        shapes = {"x": ((5, 2), "float32")}
        remote = (Remote("https://example.org/few.npz", 11_490_434),)
        load = lambda: {"x": np.zeros((5, 2), "float32")}
        return {"few": BuiltIn("few", "a few rows", shapes, load, lambda: self.there, remote, fetch=self.fetch)}


def test_an_absent_set_is_offered_with_its_size_and_place_and_refused_until_it_is_fetched() -> None:
    network = Network()
    sources = DataSources(ready=network.set())
    offered = sources.offered()[-1]
    assert offered["name"] == "few" and offered["arrays"] == [] and offered["absent"] is not None
    assert offered["absent"]["size"] == 11_490_434 and offered["absent"]["addresses"] == ["https://example.org/few.npz"]
    for choose in (
        lambda: sources.source("few"),
        lambda: sources.arrays("few", ["x"]),
        lambda: sources.facts("few", "x"),
    ):
        with pytest.raises(Refused, match=r"11 MB would be fetched, https://example.org/few.npz"):
            choose()
    assert network.times == 0
    assert sources.fetching.fetch("few", True)["state"] == "fetching"
    # Asked again while it goes on, and begun again: once is enough.
    assert sources.fetching.fetch("few", False)["state"] == sources.fetching.fetch("few", True)["state"] == "fetching"
    network.go.set()
    assert sources.fetching.wait("few", 60) and network.times == 1
    assert sources.fetching.fetch("few", False)["state"] == "there"
    assert sources.offered()[-1]["absent"] is None
    assert sources.arrays("few", ["x"])["x"].shape == (5, 2)


def test_why_it_could_not_be_fetched_is_said_and_it_can_be_tried_again() -> None:
    network = Network(fails=True)
    network.go.set()
    sources = DataSources(ready=network.set())
    sources.fetching.fetch("few", True)
    assert not sources.fetching.wait("few", 60)
    assert sources.fetching.fetch("few", False) == {
        "state": "failed",
        "said": "https://example.org/few.npz could not be fetched: no network.",
    }
    network.fails = False
    sources.fetching.fetch("few", True)
    assert sources.fetching.wait("few", 60)


def test_each_set_that_may_be_absent_says_where_it_lies_and_how_large_it_is() -> None:
    for name in ("mnist", "fashion_mnist", "cifar10", "imdb", "reuters"):
        data = BUILT_IN[name]
        assert data.size > 2_000_000 and all(file.address.startswith("https://") for file in data.remote)
        assert name.replace("_", "-") in str(data.folder()) or data.folder().name == "datasets"
    with pytest.raises(Refused, match="no source of data named"):
        DataSources().fetching.fetch("nothing", True)
