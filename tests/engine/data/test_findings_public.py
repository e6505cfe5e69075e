"""Faults as public tables have them (Titanic, census, air quality, rented bicycles ...), made up small: nine of ten are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.layers import Conv2D, Dense, Flatten
from engine.models import Model, Sequential

from .public_tables import (
    N,
    air,
    bicycles,
    cars,
    census,
    gaps,
    homes,
    patients,
    phones,
    reversed_names,
    rng,
    some,
    titanic,
    wine,
)
from .said_of import Case, Fault, Said, checked, csv, folder, photograph, photographs, rows, table, without


def network(units: int, activation: str, loss: str, shape: tuple[int, ...] = (4,)) -> Callable[[], Model]:
    """A small compiled model."""

    def made() -> Model:
        first = [Dense(8, input_shape=shape)] if len(shape) == 1 else [Conv2D(4, 3, input_shape=shape), Flatten()]
        model = Sequential([*first, Dense(units, activation=activation, name="out")])
        model.compile("adam", loss)
        return model

    return made


def _phones_of_two_formats(path: Path) -> None:
    photographs(path, {"cat": 20, "dog": 20})
    for i in range(6):
        photograph(7000 + i, (24, 20)).save(path / "dog" / f"upright{i}.png")


def _with_alpha(path: Path) -> None:
    photographs(path, {"logo": 20, "photo": 20})
    for i in range(5):
        photograph(8000 + i).convert("RGBA").save(path / "logo" / f"cut{i}.png")


def _cut_short(path: Path) -> None:
    photographs(path, {"cat": 20, "dog": 20}, "jpg")
    whole = (path / "dog" / "dog007.jpg").read_bytes()
    (path / "dog" / "dog007.jpg").write_bytes(whole[: len(whole) // 2])


def _downloaded_twice(path: Path) -> None:
    photographs(path, {"cat": 24, "dog": 24})
    for i in range(0, 24, 2):
        (path / "cat" / f"cat{i:03} (1).png").write_bytes((path / "cat" / f"cat{i:03}.png").read_bytes())


IRIS = pd.DataFrame(rng.normal(size=(150, 4)), columns=["sl", "sw", "pl", "pw"])
SPECIES = pd.Series(np.repeat([0, 1, 2], 50))
SOFTMAX = network(3, "softmax", "sparse_categorical_crossentropy")
COLOURED = rng.random((60, 3, 16, 16))
PASSENGERS, POWER, BIKES, WOMEN, DISTRICTS = titanic(), air(), bicycles(), patients(), homes()
FAULTY: dict[str, Fault] = {
    "passengers' numbers": Fault(
        table({"PassengerId": np.arange(1, N + 1), **titanic()}, "Survived"), "identifier", "PassengerId"
    ),
    "passengers' names": Fault(
        table({"Name": reversed_names(), **titanic()}, "Survived"), "identifier", "Name", ("sentences",)
    ),
    "tickets": Fault(
        table(
            {
                "Ticket": [f"{'' if i % 3 else 'A/5 '}{110000 + i * 7919 % 90000 // 2 * 2}" for i in range(N)],
                **titanic(),
            },
            "Survived",
        ),
        "identifier",
        "Ticket",
    ),
    "alive, beside survived": Fault(
        table({"alive": np.where(np.asarray(PASSENGERS["Survived"]) == 1, "yes", "no"), **PASSENGERS}, "Survived"),
        "target among inputs",
        "alive",
    ),
    "? for a class of work": Fault(
        table({**census(), "workclass": some(np.asarray(census()["workclass"]), 0.06, "?")}, "income"),
        "placeholder values",
        "workclass",
    ),
    "? for horsepower": Fault(
        table({**cars(), "horsepower": some(np.asarray(cars()["horsepower"], object), 0.02, "?")}, "mpg"),
        "mixed kinds",
        "horsepower",
        ("numbers as text", "placeholder values"),
    ),
    "names of cars": Fault(
        table(
            {
                "car name": [
                    f"{['ford', 'chevrolet', 'plymouth', 'toyota'][i % 4]} model {i * 37 % 311}" for i in range(N)
                ],
                **cars(),
            },
            "mpg",
        ),
        "identifier",
        "car name",
        ("sentences",),
    ),
    "-200 for carbon monoxide": Fault(
        table({**air(), "CO": some(np.asarray(air()["CO"]), 0.18, -200)}, "NO2", split={"by": "order"}),
        "placeholder values",
        "CO",
    ),
    "-200 for nine of ten": Fault(
        table({**air(), "NMHC": some(rng.integers(7, 1190, N), 0.9, -200)}, "NO2", split={"by": "order"}),
        "placeholder values",
        "NMHC",
    ),
    "days of a European file": Fault(
        csv(rows({"Date": [f"{i // 24 % 28 + 1:02}/03/2004" for i in range(N)], **air()}, ";"), "NO2"),
        "dates as text",
        "Date",
    ),
    "times with points": Fault(
        table({"Time": [f"{i % 24:02}.00.00" for i in range(N)], **air()}, "NO2", split={"by": "order"}),
        "dates as text",
        "Time",
        ("numbers as text",),
    ),
    "separators at the end of each line": Fault(
        csv("\n".join(f"{line};;" for line in rows(air(), ";").splitlines()) + "\n", "NO2"), "empty column", ""
    ),
    "0 for a blood pressure": Fault(
        table({**WOMEN, "BloodPressure": some(np.asarray(WOMEN["BloodPressure"]), 0.05, 0)}, "Outcome"),
        "placeholder values",
        "BloodPressure",
    ),
    "0 for a mass index": Fault(
        table({**WOMEN, "BMI": some(np.asarray(WOMEN["BMI"]), 0.02, 0)}, "Outcome"), "placeholder values", "BMI"
    ),
    "-999 where particles leave no trace": Fault(
        table(
            {
                **{f"DER_{k}": rng.gamma(4, 30, N).round(3) for k in range(4)},
                "DER_jets": some(rng.gamma(4, 60, N).round(3), 0.4, -999.0),
                "Label": rng.choice(["s", "b"], N),
            },
            "Label",
        ),
        "placeholder values",
        "DER_jets",
    ),
    "numbers of hours": Fault(table({"instant": np.arange(1, N + 1), **bicycles()}, "cnt"), "identifier", "instant"),
    "days of rent as text": Fault(
        table({"dteday": [str(np.datetime64("2011-01-01") + i // 24) for i in range(N)], **bicycles()}, "cnt"),
        "dates as text",
        "dteday",
    ),
    "casual and registered make up all": Fault(
        table(
            {
                **without(BIKES, "cnt"),
                "casual": np.asarray(BIKES["cnt"]) // 5,
                "registered": np.asarray(BIKES["cnt"]) - np.asarray(BIKES["cnt"]) // 5,
                "cnt": BIKES["cnt"],
            },
            "cnt",
        ),
        "target among inputs",
        "registered",
    ),
    "customers' codes": Fault(
        table(
            {
                "customerID": [f"{i * 7919 % 10007:04}-{'VHGFK'[i % 5]}{'ABCDE'[i // 5 % 5]}XEG" for i in range(N)],
                **phones(),
            },
            "Churn",
        ),
        "identifier",
        "customerID",
    ),
    "charges with blanks": Fault(
        table(
            {**phones(), "TotalCharges": [" " if i % 60 == 3 else f"{20.15 * (i + 1):.2f}" for i in range(N)]}, "Churn"
        ),
        "numbers as text",
        "TotalCharges",
        ("mixed kinds",),
    ),
    "all have a telephone": Fault(
        table({"PhoneService": ["Yes"] * N, **phones()}, "Churn"), "constant column", "PhoneService"
    ),
    "value in thousands": Fault(
        table({"value_k": np.asarray(DISTRICTS["value"]) / 1000, **DISTRICTS}, "value"),
        "target among inputs",
        "value_k",
    ),
    "band of the value": Fault(
        table(
            {
                **DISTRICTS,
                "band": pd.cut(
                    np.asarray(DISTRICTS["value"]), [0, 1.5e5, 2.5e5, 1e6], labels=["low", "middle", "high"]
                ).astype(str),
            },
            "band",
        ),
        "target among inputs",
        "value",
    ),
    "districts unscaled": Fault(
        table(
            without(homes(), "ocean"), "value", steps=[{"step": "scale", "columns": ["value", "latitude", "longitude"]}]
        ),
        "unscaled",
        "total_rooms",
    ),
    "rooms for no household": Fault(
        table({"rooms_each": [float("inf") if i % 90 == 9 else i % 50 / 9 for i in range(N)], **homes()}, "value"),
        "infinite values",
        "rooms_each",
    ),
    "wines from 3 to 8": Fault(table(wine(), "quality"), "class or amount", "quality"),
    "two excellent wines": Fault(
        table({**without(wine(), "quality"), "grade": ["excellent"] * 2 + ["good", "fair"] * (N // 2 - 1)}, "grade"),
        "few samples of a class",
        "grade",
    ),
    "flowers in the order of their kinds": Fault(
        table(
            {**dict(IRIS), "species": np.repeat(["setosa", "versicolor", "virginica"], 50)},
            "species",
            split={"by": "order", "validation": 0.2},
        ),
        "classes without validation rows",
        "species",
    ),
    "answers twice": Fault(
        table(
            {
                name: np.concatenate([np.asarray(values)[:300], np.asarray(values)[:100]])
                for name, values in census().items()
            },
            "income",
        ),
        "equal rows",
        "rows",
    ),
    "ages as they were written down": Fault(
        table(
            {
                **titanic(),
                "Age": [
                    ["34", "n/a", "40", "about 50", "22"][i % 5] if i % 4 == 0 else str(20 + i % 50) for i in range(N)
                ],
            },
            "Survived",
        ),
        "mixed kinds",
        "Age",
        ("numbers as text",),
    ),
    "flowers from 1 to 3": Fault(
        checked(SOFTMAX, IRIS.to_numpy(), SPECIES.to_numpy() + 1), "labels outside the classes", "1 to 3", ("any",)
    ),
    "classes as floats with halves": Fault(
        checked(SOFTMAX, IRIS.to_numpy(), SPECIES.to_numpy() + 0.5), "float labels", "y", ("any",)
    ),
    "names of flowers": Fault(
        checked(SOFTMAX, IRIS.to_numpy(), np.array(["setosa", "versicolor", "virginica"])[SPECIES]),
        "strings as labels",
        "y",
        ("any",),
    ),
    "pictures with channels first": Fault(
        checked(network(2, "softmax", "sparse_categorical_crossentropy", (16, 16, 3)), COLOURED, np.arange(60) % 2),
        "channels first",
        "3×16×16",
        ("any",),
    ),
    "labels shuffled by themselves": Fault(
        checked(SOFTMAX, IRIS, SPECIES.sample(frac=1, random_state=2)), "shuffled target", "order", ("any",)
    ),
    "photographs upright and across": Fault(
        folder(_phones_of_two_formats, steps=[{"step": "pixels"}, {"step": "ordinal", "columns": ["class"]}]),
        "unlike sizes",
        "pixels",
    ),
    "logos with transparency": Fault(
        folder(_with_alpha, steps=[{"step": "pixels"}, {"step": "ordinal", "columns": ["class"]}]),
        "unlike channels",
        "channels",
    ),
    "a photograph cut short": Fault(folder(_cut_short), "broken pictures", "dog007.jpg"),
    "downloaded twice": Fault(folder(_downloaded_twice, split={"validation": 0.4}), "equal pictures", "picture"),
    "one parrot": Fault(
        folder(lambda path: photographs(path, {"cat": 25, "dog": 25, "parrot": 2})), "few samples of a class", "parrot"
    ),
}


def _with_files_of_the_system(path: Path) -> None:
    photographs(path, {"cat": 15, "dog": 15}, "jpg")
    (path / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (path / "cat" / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")


def _claims() -> np.ndarray:
    return np.where(rng.random(N) < 0.7, 0, rng.lognormal(7, 1, N).round(2))


SOUND: dict[str, Case] = {
    "passengers": table(titanic(), "Survived"),
    "passengers, from a file": csv(rows({**titanic(), "Fare": rng.lognormal(3, 1, N)}), "Survived"),
    "census": table(census(), "income"),
    "census, hours": table(census(), "hours"),
    "air": table(air(), "NO2", split={"by": "order"}),
    "air, -1 degrees now and then": table({**air(), "T": rng.integers(-6, 9, N)}, "NO2"),
    "bicycles": table(bicycles(), "cnt"),
    "telephones": table(phones(), "Churn"),
    "telephones, five folds": table(phones(), "Churn", split={"folds": 5}),
    "cars": table(cars(), "mpg"),
    "cars, horsepower missing": table({**cars(), "horsepower": gaps(np.asarray(cars()["horsepower"]), 0.02)}, "mpg"),
    "patients": table(patients(), "Outcome"),
    "districts": table(homes(), "value"),
    "wines": table({**without(wine(), "quality"), "kind": rng.choice(["red", "white"], N)}, "kind"),
    "claims, most of them none": table(
        {
            "age": rng.integers(18, 70, N),
            "claim": _claims(),
            "region": rng.choice(list("NSEW"), N),
            "renewed": rng.choice(["yes", "no"], N),
        },
        "renewed",
    ),
    "balances about zero": table(
        {"balance": rng.normal(0, 3000, N).round(), "days": rng.integers(1, 31, N), "late": rng.random(N) < 0.3}, "late"
    ),
    "shares in percent": table(
        {
            "turnout": rng.choice([0, 100, *range(20, 80)], N),
            "area": rng.lognormal(4, 1, N).round(1),
            "won": rng.choice(["left", "right"], N),
        },
        "won",
    ),
    "postcodes as numbers": table(
        {
            "zipcode": rng.choice(np.arange(98001, 98200, 3), N),
            "sqft": rng.lognormal(7.5, 0.4, N).round(),
            "price": rng.lognormal(13, 0.5, N).round(-3),
        },
        "price",
    ),
    "sixty columns of chance": table({f"v{k}": rng.normal(size=200) for k in range(61)}, "v60"),
    "thirty rows": table({"hours": rng.uniform(0, 9, 30).round(1), "score": rng.integers(20, 95, 30)}, "score"),
    "flowers beside a model": checked(SOFTMAX, IRIS, SPECIES),
    "pictures beside a model": checked(
        network(2, "softmax", "sparse_categorical_crossentropy", (16, 16, 3)),
        COLOURED.transpose(0, 2, 3, 1),
        np.arange(60) % 2,
    ),
    "photographs": folder(lambda path: photographs(path, {"cat": 20, "dog": 20})),
    "photographs with files of the system": folder(_with_files_of_the_system),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Said]]:
    """What is said of each case."""
    cases = {**{name: fault.case for name, fault in FAULTY.items()}, **SOUND}
    return {name: case(tmp_path_factory.mktemp("public")) for name, case in cases.items()}


def test_nine_of_ten_faults_of_public_tables_are_found(said: dict[str, list[Said]]) -> None:
    missed = {name: said[name] for name, fault in FAULTY.items() if not fault.found_in(said[name])}
    assert len({fault.kind for fault in FAULTY.values()}) >= 14
    assert len(missed) <= len(FAULTY) // 10, missed


def test_hardly_a_sound_one_is_blamed(said: dict[str, list[Said]]) -> None:
    blamed = {name: said[name] for name in SOUND if said[name]}
    assert len(SOUND) >= 20 and len(blamed) <= len(SOUND) // 20, blamed
