"""Faults as a third set of public tables has them (rooms to let, coins, diamonds ...), measured once, then mended by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.layers import LSTM, Conv2D, Dense, Flatten
from engine.models import Sequential

from .said_of import Case, Fault, Said, checked, csv, folder, photograph, photographs, rows, table

N = 320
rng = np.random.default_rng(2027)
INDEX = np.arange(N)


def pick(*values: object) -> np.ndarray:
    """A column of values by chance."""
    return np.asarray(values)[rng.integers(0, len(values), N)]


def marked(values: object, share: float, mark: object) -> list[object]:
    """Some values are a mark."""
    chosen = rng.random(N) < share
    return [mark if one else value for one, value in zip(chosen, np.asarray(values).tolist(), strict=True)]


def rooms(**others: object) -> dict[str, object]:
    """Rooms to let."""
    nights = rng.geometric(0.2, N)
    return {
        **others,
        "room_type": pick("Entire home", "Private room", "Shared room"),
        "minimum_nights": nights,
        "reviews_per_month": rng.gamma(1.2, 1.1, N).round(2),
        "availability": rng.integers(0, 366, N),
        "beds": rng.integers(1, 7, N),
        "price": (40 + 30 * rng.gamma(2, 1, N)).round(),
    }


def diamonds(**others: object) -> dict[str, object]:
    """Diamonds and their price."""
    carat = rng.gamma(3, 0.27, N).round(2) + 0.2
    return {
        **others,
        "carat": carat,
        "cut": pick("Ideal", "Premium", "Good", "Fair"),
        "depth": rng.normal(61.7, 1.4, N).round(1),
        "table": rng.normal(57.5, 2.2, N).round(),
        "width": (6.4 * carat ** (1 / 3) + rng.normal(0, 0.05, N)).round(2),
        "price": (4000 * carat**1.6 * rng.lognormal(0, 0.2, N)).round(),
    }


def coins() -> dict[str, object]:
    """A coin's price by the day."""
    close = 9000 * np.exp(np.cumsum(rng.normal(0, 0.03, N)))
    return {
        "Open": (close * rng.lognormal(0, 0.02, N)).round(1),
        "Volume": rng.lognormal(10, 0.6, N).round(),
        "Trades": rng.poisson(900, N),
        "Close": close.round(1),
    }


def thyroid() -> dict[str, object]:
    """Patients of a thyroid clinic."""
    return {
        "age": rng.integers(14, 90, N),
        "sex": pick("F", "M"),
        "on_thyroxine": pick("f", "t"),
        "TSH": rng.lognormal(0.5, 1, N).round(2),
        "T3": rng.normal(2, 0.7, N).clip(0.1).round(1),
        "TT4": rng.normal(108, 30, N).clip(10).round(),
        "class": pick("negative", "sick"),
    }


def happiness() -> dict[str, object]:
    """Countries and how happy people are there."""
    score = np.sort(rng.normal(5.4, 1.1, N).round(3))[::-1]
    return {
        "GDP": (score / 5 + rng.normal(0, 0.2, N)).round(3),
        "Support": rng.normal(1.2, 0.2, N).round(3),
        "Freedom": rng.uniform(0, 0.7, N).round(3),
        "Score": score,
    }


def voices() -> dict[str, object]:
    """Recordings of voices."""
    return {
        "Fo": rng.normal(154, 40, N).round(3),
        "Jitter": rng.lognormal(-5.2, 0.5, N).round(5),
        "HNR": rng.normal(22, 4, N).round(3),
        "status": pick(0, 1),
    }


def cars() -> dict[str, object]:
    """Cars by words."""
    return {name: pick(*levels) for name, levels in LEVELS.items()}


LEVELS: dict[str, tuple[str, ...]] = {
    "buying": ("vhigh", "high", "med", "low"),
    "doors": ("2", "3", "4", "5more"),
    "persons": ("2", "4", "more"),
    "boot": ("small", "med", "big"),
    "safety": ("low", "med", "high"),
    "class": ("unacc", "acc", "good"),
}


def network(output: int, activation: str, loss: str) -> Sequential:
    """A small compiled model of eight numbers."""
    model = Sequential([Dense(6, input_shape=(8,)), Dense(output, activation=activation, name="out")])
    model.compile("adam", loss)
    return model


def coloured() -> Sequential:
    """A model of small coloured pictures."""
    model = Sequential([Conv2D(4, 3, input_shape=(12, 12, 3)), Flatten(), Dense(5, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def series() -> Sequential:
    """A model of short series."""
    model = Sequential([LSTM(4, input_shape=(20, 3)), Dense(1)])
    model.compile("adam", "mse")
    return model


def _thumbnails(path: Path) -> None:
    photographs(path, {"bee": 18, "ant": 18}, "jpg")
    for i in range(4):
        photograph(500 + i, (10, 12)).save(path / "ant" / f"thumb{i}.jpg")


def _empty_file(path: Path) -> None:
    photographs(path, {"bee": 18, "ant": 18})
    (path / "bee" / "bee004.png").write_bytes(b"")


def _both(path: Path) -> None:
    photographs(path, {"bee": 22, "ant": 22})
    for i in range(0, 22, 2):
        (path / "ant" / f"copy{i}.png").write_bytes((path / "bee" / f"bee{i:03}.png").read_bytes())


STONES, DAYS, ROOMS, LAND = diamonds(), coins(), rooms(), happiness()
EIGHT = rng.normal(size=(90, 8))
FRAME = pd.DataFrame(EIGHT, columns=list("abcdefgh"))
FAULTY: dict[str, Fault] = {
    "links": Fault(
        table(rooms(url=[f"https://rooms.example/{i * 7919 % 99991}" for i in INDEX]), "price"), "identifier", "url"
    ),
    "numbers of rooms": Fault(table(rooms(id=2000 + rng.permutation(N)), "price"), "identifier", "id"),
    "pandas' index": Fault(csv(rows({"": INDEX, **diamonds()}), "price"), "identifier", "row"),
    "a width of 0": Fault(
        table({**STONES, "width": marked(STONES["width"], 0.02, 0)}, "price"), "placeholder values", "width"
    ),
    "9999 nights": Fault(
        table({**ROOMS, "minimum_nights": marked(ROOMS["minimum_nights"], 0.02, 9999)}, "price"),
        "placeholder values",
        "minimum_nights",
    ),
    "-1 availability": Fault(
        table({**ROOMS, "availability": marked(ROOMS["availability"], 0.1, -1)}, "price"),
        "placeholder values",
        "availability",
    ),
    "n/a host": Fault(table(rooms(host=marked(pick("yes", "no"), 0.06, "N/A")), "price"), "placeholder values", "host"),
    "? TSH": Fault(
        table({**thyroid(), "TSH": marked([f"{one:.2f}" for one in rng.lognormal(0, 1, N)], 0.1, "?")}, "class"),
        "mixed kinds",
        "TSH",
    ),
    "5more doors and numbers": Fault(
        table({**thyroid(), "visits": [*["many"] * 9, *rng.integers(0, 9, N - 9).tolist()]}, "class"),
        "mixed kinds",
        "visits",
    ),
    "price in dollars": Fault(
        table({**coins(), "Low": [f"${one:,.2f}" for one in rng.lognormal(9, 0.1, N)]}, "Close"),
        "numbers as text",
        "Low",
    ),
    "volume in K": Fault(
        table({**coins(), "Vol.": [f"{one:.2f}{'KM'[i % 2]}" for i, one in enumerate(rng.uniform(1, 99, N))]}, "Close"),
        "numbers as text",
        "Vol.",
    ),
    "answered in percent": Fault(
        table(rooms(rate=[f"{one}%" for one in rng.integers(20, 101, N)]), "price"), "numbers as text", "rate"
    ),
    "host since": Fault(
        table(rooms(since=[f"{2009 + i % 12}-{i % 12 + 1:02}-{i % 27 + 1:02}" for i in INDEX]), "price"),
        "dates as text",
        "since",
    ),
    "day of a coin": Fault(
        table({"Date": pd.date_range("2020-01-01", periods=N).strftime("%b %d, %Y").tolist(), **coins()}, "Close"),
        "dates as text",
        "Date",
    ),
    "last seen": Fault(
        table(rooms(seen=[f"{i % 24:02}:{i * 7 % 60:02}" for i in INDEX]), "price"), "dates as text", "seen"
    ),
    "rank of happiness": Fault(table({"rank": INDEX + 1.0, **LAND}, "Score"), "target among inputs", "rank"),
    "market cap": Fault(
        table({**DAYS, "cap": (np.asarray(DAYS["Close"]) * 18.5).round()}, "Close"), "target among inputs", "cap"
    ),
    "high less low": Fault(
        table({**DAYS, "gain": np.asarray(DAYS["Close"]) - np.asarray(DAYS["Open"])}, "gain"),
        "target among inputs",
        "Close",
    ),
    "dear, by its price": Fault(
        table({**STONES, "dear": np.where(np.asarray(STONES["price"]) > 3000, "yes", "no")}, "dear"),
        "target among inputs",
        "price",
    ),
    "all query hyperthyroid f": Fault(table({**thyroid(), "hyper": ["f"] * N}, "class"), "constant column", "hyper"),
    "TBG never measured": Fault(table({**thyroid(), "TBG": [float("nan")] * N}, "class"), "empty column", "TBG"),
    "change from nothing": Fault(
        table({**coins(), "change": marked(rng.normal(size=N), 0.03, float("-inf"))}, "Close"),
        "infinite values",
        "change",
    ),
    "prices as they are": Fault(
        table(coins(), "Close", steps=[{"step": "scale", "columns": ["Close", "Trades"]}]), "unscaled", "Volume"
    ),
    "severity 2, 4, 6": Fault(
        table({**thyroid(), "severity": pick(2, 4, 6)}, "severity"), "class or amount", "severity"
    ),
    "three fair ones": Fault(
        table({**STONES, "cut": ["Fair"] * 3 + ["Ideal", "Good"] * 158 + ["Good"]}, "cut"),
        "few samples of a class",
        "cut",
    ),
    "sick only at first": Fault(
        table(
            {**thyroid(), "class": ["sick"] * 70 + ["negative"] * 250},
            "class",
            split={"by": "order", "validation": 0.15},
        ),
        "classes without validation rows",
        "class",
    ),
    "voices twice": Fault(
        table({name: np.tile(np.asarray(values)[: N // 2], 2) for name, values in voices().items()}, "status"),
        "equal rows",
        "rows",
    ),
    "what guests write": Fault(
        table(
            rooms(review=[f"We stayed {i} nights and the place was {['lovely', 'noisy'][i % 2]}" for i in INDEX]),
            "price",
        ),
        "sentences",
        "review",
    ),
    "classes from 1 to 5": Fault(
        checked(lambda: network(5, "softmax", "sparse_categorical_crossentropy"), EIGHT, np.arange(90) % 5 + 1),
        "labels outside the classes",
        "1 to 5",
        ("any",),
    ),
    "three classes for two": Fault(
        checked(lambda: network(1, "sigmoid", "binary_crossentropy"), EIGHT, np.arange(90) % 3),
        "labels outside the classes",
        "2",
        ("any",),
    ),
    "ratings with halves": Fault(
        checked(lambda: network(6, "softmax", "sparse_categorical_crossentropy"), EIGHT, np.arange(90) % 11 / 2),
        "float labels",
        "y",
        ("any",),
    ),
    "words for five classes": Fault(
        checked(lambda: network(2, "softmax", "categorical_crossentropy"), EIGHT, np.array(["M", "B"] * 45)),
        "strings as labels",
        "y",
        ("any",),
    ),
    "colours first": Fault(
        checked(coloured, rng.random((50, 3, 12, 12)), np.arange(50) % 5), "channels first", "3×12×12", ("any",)
    ),
    "targets in another order": Fault(
        checked(lambda: network(1, "linear", "mse"), FRAME, pd.Series(np.arange(90.0)).sample(frac=1, random_state=8)),
        "shuffled target",
        "order",
        ("any",),
    ),
    "small ones among them": Fault(
        folder(_thumbnails, steps=[{"step": "pixels"}, {"step": "ordinal", "columns": ["class"]}]),
        "unlike sizes",
        "pixels",
    ),
    "an empty file": Fault(folder(_empty_file), "broken pictures", "bee004.png"),
    "in both classes": Fault(folder(_both, split={"validation": 0.4}), "equal pictures", "picture"),
    "four wasps": Fault(
        folder(lambda path: photographs(path, {"bee": 20, "ant": 20, "wasp": 4})), "few samples of a class", "wasp"
    ),
}
SOUND: dict[str, Case] = {
    "rooms": table(rooms(), "price"),
    "rooms, by their kind": table(rooms(), "room_type"),
    "rooms of a file": csv(rows(rooms(town=marked(pick("Porto", "Lyon", "Graz"), 0.1, None)), ";"), "price"),
    "diamonds": table(diamonds(), "price"),
    "diamonds, by cut": table(diamonds(), "cut"),
    "coins": table(coins(), "Close", split={"by": "order"}),
    "coins with dates": table(
        {"Date": np.datetime64("2020-01-01") + INDEX, **coins()}, "Close", split={"by": "time", "column": "Date"}
    ),
    "coins by windows": table(
        coins(),
        "Close",
        steps=[
            {"step": "scale", "columns": ["Open", "Volume", "Close"]},
            {"step": "windows", "columns": ["Open", "Volume"]},
        ],
        inputs=["Open", "Volume"],
    ),
    "thyroid": table(thyroid(), "class"),
    "thyroid, in folds": table(thyroid(), "class", split={"folds": 4}),
    "happiness": table(happiness(), "Score"),
    "voices": table(voices(), "status"),
    "cars by words": table(cars(), "class"),
    "burnt area, mostly none": table(
        {
            "temp": rng.normal(19, 6, N).round(1),
            "wind": rng.gamma(5, 0.8, N).round(1),
            "month": pick("aug", "sep", "mar"),
            "area": np.where(rng.random(N) < 0.5, 0, rng.lognormal(2, 1.4, N).round(2)),
        },
        "area",
    ),
    "cases that only rise": table(
        {
            "day": np.datetime64("2020-03-01") + INDEX,
            "tests": rng.poisson(5000, N),
            "cases": np.cumsum(rng.poisson(300, N)),
        },
        "cases",
    ),
    "degrees below zero": table(
        {"t": rng.normal(-12, 6, N).round(), "h": rng.integers(0, 24, N), "use": rng.gamma(5, 20, N).round(1)}, "use"
    ),
    "scores of a test": table(
        {
            "math": rng.integers(0, 101, N),
            "reading": rng.integers(10, 101, N),
            "lunch": pick("standard", "free"),
            "writing": rng.integers(5, 101, N).astype(float) + 0.5,
        },
        "writing",
    ),
    "codes of towns": table(
        {
            "town": [f"{code:05}" for code in rng.choice([1067, 4109, 10115, 80331], N)],
            "rent": rng.normal(700, 90, N).round(2),
        },
        "rent",
    ),
    "eight numbers": checked(
        lambda: network(5, "softmax", "sparse_categorical_crossentropy"), EIGHT, np.arange(90) % 5
    ),
    "amounts": checked(lambda: network(1, "linear", "mse"), FRAME, pd.Series(np.arange(90) / 90)),
    "series": checked(series, rng.normal(size=(60, 20, 3)), rng.normal(size=60)),
    "coloured pictures": checked(coloured, rng.random((50, 12, 12, 3)), np.arange(50) % 5),
    "bees and ants": folder(lambda path: photographs(path, {"bee": 16, "ant": 16}, "jpg")),
    "bees in a few more": folder(lambda path: photographs(path, {"bee": 30, "ant": 12})),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Said]]:
    """What is said of each case."""
    cases = {**{name: fault.case for name, fault in FAULTY.items()}, **SOUND}
    return {name: case(tmp_path_factory.mktemp("third")) for name, case in cases.items()}


def test_nine_of_ten_faults_of_the_third_set_are_found(said: dict[str, list[Said]]) -> None:
    missed = {name: said[name] for name, fault in FAULTY.items() if not fault.found_in(said[name])}
    assert len({fault.kind for fault in FAULTY.values()}) >= 14
    assert len(missed) <= len(FAULTY) // 10, missed


def test_at_most_one_of_twenty_sound_ones_of_the_third_set_is_blamed(said: dict[str, list[Said]]) -> None:
    blamed = {name: said[name] for name in SOUND if said[name]}
    assert len(SOUND) >= 20 and len(blamed) <= len(SOUND) // 20, blamed
