"""Faults as public tables have them (Titanic, census, air quality, rented bicycles ...), made up small: nine of ten are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.layers import Conv2D, Dense, Flatten
from engine.models import Model, Sequential

from .said_of import Case, Fault, Said, checked, csv, folder, photograph, photographs, rows, table, without

N = 400
rng = np.random.default_rng(1912)
FAMILIES = ("Braund", "Cumings", "Heikkinen", "Futrelle", "Allen", "Moran", "McCarthy", "Palsson", "Nasser", "Sandström")
FIRST = ("Owen Harris", "John Bradley", "Laina", "Jacques Heath", "William Henry", "James", "Timothy J", "Gosta Leonard")


def some(values: np.ndarray, share: float, marker: object) -> np.ndarray:
    """Some of the values are replaced."""
    return np.where(rng.random(len(values)) < share, marker, values)


def gaps(values: np.ndarray, share: float) -> list[object]:
    """Some of the values are missing."""
    return [None if one < share else value for one, value in zip(rng.random(len(values)), values.tolist(), strict=True)]


def titanic() -> dict[str, object]:
    """Passengers, without the columns that name them."""
    pclass, sex = rng.choice([1, 2, 3], N, p=[0.24, 0.21, 0.55]), rng.choice(["male", "female"], N, p=[0.65, 0.35])
    return {
        "Pclass": pclass,
        "Sex": sex,
        "Age": gaps(rng.gamma(5, 6, N).round(1), 0.2),
        "SibSp": rng.choice([0, 1, 2, 3, 8], N, p=[0.68, 0.23, 0.05, 0.03, 0.01]),
        "Parch": rng.choice([0, 1, 2], N, p=[0.76, 0.13, 0.11]),
        "Fare": rng.lognormal(4.6 - pclass * 0.7, 0.5).round(4),
        "Embarked": gaps(rng.choice(["S", "C", "Q"], N, p=[0.72, 0.19, 0.09]), 0.01),
        "Survived": (rng.random(N) < 0.2 + 0.5 * (sex == "female")).astype(int),
    }


def census() -> dict[str, object]:
    """Answers of a census."""
    years = rng.integers(1, 17, N)
    gain = np.where(rng.random(N) < 0.9, 0, rng.choice([2174, 5178, 7298, 7688, 15024], N))
    return {
        "age": rng.integers(17, 91, N),
        "workclass": rng.choice(["Private", "Self-emp", "Local-gov", "State-gov"], N, p=[0.75, 0.11, 0.09, 0.05]),
        "fnlwgt": rng.integers(12285, 600000, N),
        "education_num": years,
        "capital_gain": gain,
        "hours": np.where(rng.random(N) < 0.5, 40, rng.integers(5, 80, N)),
        "income": np.where(years + rng.normal(0, 3, N) > 12, ">50K", "<=50K"),
    }


def air() -> dict[str, object]:
    """Pollutants by the hour, as an instrument gives them."""
    day = np.sin(np.arange(N) / 24 * 2 * np.pi)
    return {
        "CO": (2.2 + day + rng.gamma(2, 0.3, N)).round(1),
        "PT08": (1100 + 150 * day + rng.normal(0, 60, N)).round(),
        "T": (14 + 9 * day + rng.normal(0, 2, N)).round(1),
        "RH": (50 - 20 * day + rng.normal(0, 6, N)).clip(0, 100).round(1),
        "NO2": (110 + 35 * day + rng.normal(0, 15, N)).round(),
    }


def bicycles() -> dict[str, object]:
    """Bicycles rented by the hour."""
    hour = np.arange(N) % 24
    warm = (0.5 + 0.2 * np.sin(np.arange(N) / 200) + rng.normal(0, 0.08, N)).round(2)
    return {
        "season": rng.integers(1, 5, N),
        "hr": hour,
        "holiday": (rng.random(N) < 0.03).astype(int),
        "weathersit": rng.choice([1, 2, 3], N, p=[0.66, 0.26, 0.08]),
        "temp": warm,
        "hum": rng.uniform(0.2, 1, N).round(2),
        "cnt": rng.poisson(40 + 200 * warm * (hour > 6)),
    }


def phones() -> dict[str, object]:
    """Customers of a telephone company."""
    tenure, charge = rng.integers(1, 73, N), rng.uniform(18, 119, N).round(2)
    return {
        "gender": rng.choice(["Female", "Male"], N),
        "SeniorCitizen": (rng.random(N) < 0.16).astype(int),
        "tenure": tenure,
        "Contract": rng.choice(["Month-to-month", "One year", "Two year"], N, p=[0.55, 0.21, 0.24]),
        "PaperlessBilling": rng.choice(["Yes", "No"], N, p=[0.59, 0.41]),
        "MonthlyCharges": charge,
        "TotalCharges": (tenure * charge * rng.uniform(0.95, 1.05, N)).round(2),
        "Churn": np.where(rng.random(N) < 0.5 - tenure / 160, "Yes", "No"),
    }


def cars() -> dict[str, object]:
    """Cars and how far they go."""
    weight = rng.integers(1600, 5200, N)
    return {
        "cylinders": rng.choice([4, 6, 8], N, p=[0.52, 0.22, 0.26]),
        "displacement": (weight / 15 + rng.normal(0, 20, N)).round(1),
        "horsepower": (weight / 28 + rng.normal(0, 9, N)).round(),
        "weight": weight,
        "year": rng.integers(70, 83, N),
        "origin": rng.choice([1, 2, 3], N, p=[0.62, 0.18, 0.2]),
        "mpg": (48 - weight / 130 + rng.normal(0, 2, N)).clip(9).round(1),
    }


def patients() -> dict[str, object]:
    """Women of whom it is known whether they have diabetes."""
    glucose = rng.normal(121, 30, N).clip(44, 199).round()
    return {
        "Pregnancies": rng.poisson(3.8, N),
        "Glucose": glucose,
        "BloodPressure": rng.normal(72, 12, N).clip(24, 122).round(),
        "BMI": rng.normal(32.4, 6.9, N).clip(18.2, 67.1).round(1),
        "Age": rng.integers(21, 82, N),
        "Outcome": (glucose + rng.normal(0, 25, N) > 140).astype(int),
    }


def homes() -> dict[str, object]:
    """Districts of California."""
    income = rng.gamma(3, 1.3, N).round(4)
    return {
        "longitude": rng.uniform(-124.3, -114.3, N).round(2),
        "latitude": rng.uniform(32.5, 42, N).round(2),
        "median_age": rng.integers(1, 53, N),
        "total_rooms": rng.lognormal(7.6, 0.7, N).round(),
        "median_income": income,
        "ocean": rng.choice(["<1H OCEAN", "INLAND", "NEAR OCEAN", "NEAR BAY"], N, p=[0.44, 0.32, 0.13, 0.11]),
        "value": (50000 + 40000 * income + rng.normal(0, 30000, N)).clip(14999, 500001).round(-2),
    }


def wine() -> dict[str, object]:
    """Wines and what tasters said of them."""
    alcohol = rng.uniform(8, 14.5, N).round(1)
    return {
        "fixed acidity": rng.normal(7, 1, N).round(1),
        "residual sugar": rng.gamma(1.2, 4, N).round(1),
        "density": rng.normal(0.994, 0.003, N).round(5),
        "pH": rng.normal(3.2, 0.15, N).round(2),
        "alcohol": alcohol,
        "quality": (alcohol / 2 + rng.normal(0, 0.8, N)).round().clip(3, 8).astype(int),
    }


def reversed_names() -> list[str]:
    """Names of passengers as the list of them writes them."""
    return [f"{FAMILIES[i % 10]}, Mr. {FIRST[i * 7 % 8]} {'ABCDEFGHIJ'[i // 40]}" for i in range(N)]


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
    "passengers' numbers": Fault(table({"PassengerId": np.arange(1, N + 1), **titanic()}, "Survived"), "identifier", "PassengerId"),
    "passengers' names": Fault(table({"Name": reversed_names(), **titanic()}, "Survived"), "identifier", "Name", ("sentences",)),
    "tickets": Fault(
        table({"Ticket": [f"{'' if i % 3 else 'A/5 '}{110000 + i * 7919 % 90000 // 2 * 2}" for i in range(N)], **titanic()}, "Survived"),
        "identifier", "Ticket",
    ),
    "alive, beside survived": Fault(
        table({"alive": np.where(np.asarray(PASSENGERS["Survived"]) == 1, "yes", "no"), **PASSENGERS}, "Survived"),
        "target among inputs", "alive",
    ),
    "? for a class of work": Fault(
        table({**census(), "workclass": some(np.asarray(census()["workclass"]), 0.06, "?")}, "income"), "placeholder values", "workclass"
    ),
    "? for horsepower": Fault(
        csv(rows({**cars(), "horsepower": some(np.asarray(cars()["horsepower"], object), 0.02, "?")}), "mpg"),
        "mixed kinds", "horsepower", ("numbers as text", "placeholder values"),
    ),
    "names of cars": Fault(
        table({"car name": [f"{'ford chevrolet plymouth toyota'.split()[i % 4]} model {i * 37 % 311}" for i in range(N)], **cars()}, "mpg"),
        "identifier", "car name", ("sentences",),
    ),
    "-200 for carbon monoxide": Fault(
        table({**air(), "CO": some(np.asarray(air()["CO"]), 0.18, -200)}, "NO2", split={"by": "order"}), "placeholder values", "CO"
    ),
    "-200 for nine of ten": Fault(
        table({**air(), "NMHC": some(rng.integers(7, 1190, N), 0.9, -200)}, "NO2", split={"by": "order"}), "placeholder values", "NMHC"
    ),
    "days of a European file": Fault(
        csv(rows({"Date": [f"{i // 24 % 28 + 1:02}/03/2004" for i in range(N)], **air()}, ";"), "NO2"), "dates as text", "Date"
    ),
    "times with points": Fault(
        table({"Time": [f"{i % 24:02}.00.00" for i in range(N)], **air()}, "NO2", split={"by": "order"}), "dates as text", "Time",
        ("numbers as text",),
    ),
    "separators at the end of each line": Fault(
        csv("\n".join(f"{line};" for line in rows(air(), ";").splitlines()) + "\n", "NO2"), "empty column", ""
    ),
    "0 for a blood pressure": Fault(
        table({**WOMEN, "BloodPressure": some(np.asarray(WOMEN["BloodPressure"]), 0.05, 0)}, "Outcome"), "placeholder values", "BloodPressure"
    ),
    "0 for a mass index": Fault(
        table({**WOMEN, "BMI": some(np.asarray(WOMEN["BMI"]), 0.02, 0)}, "Outcome"), "placeholder values", "BMI"
    ),
    "-999 where particles leave no trace": Fault(
        table({**{f"DER_{k}": rng.gamma(4, 30, N).round(3) for k in range(4)},
               "DER_jets": some(rng.gamma(4, 60, N).round(3), 0.4, -999.0), "Label": rng.choice(["s", "b"], N)}, "Label"),
        "placeholder values", "DER_jets",
    ),
    "numbers of hours": Fault(table({"instant": np.arange(1, N + 1), **bicycles()}, "cnt"), "identifier", "instant"),
    "days of rent as text": Fault(
        table({"dteday": [str(np.datetime64("2011-01-01") + i // 24) for i in range(N)], **bicycles()}, "cnt"), "dates as text", "dteday"
    ),
    "casual and registered make up all": Fault(
        table({**without(BIKES, "cnt"), "casual": np.asarray(BIKES["cnt"]) // 5, "registered": np.asarray(BIKES["cnt"]) - np.asarray(BIKES["cnt"]) // 5,
               "cnt": BIKES["cnt"]}, "cnt"),
        "target among inputs", "registered",
    ),
    "customers' codes": Fault(
        table({"customerID": [f"{i * 7919 % 10007:04}-{'VHGFK'[i % 5]}{'ABCDE'[i // 5 % 5]}XEG" for i in range(N)], **phones()}, "Churn"),
        "identifier", "customerID",
    ),
    "charges with blanks": Fault(
        table({**phones(), "TotalCharges": [" " if i % 60 == 3 else f"{20.15 * (i + 1):.2f}" for i in range(N)]}, "Churn"),
        "numbers as text", "TotalCharges", ("mixed kinds",),
    ),
    "all have a telephone": Fault(table({"PhoneService": ["Yes"] * N, **phones()}, "Churn"), "constant column", "PhoneService"),
    "value in thousands": Fault(
        table({"value_k": np.asarray(DISTRICTS["value"]) / 1000, **DISTRICTS}, "value"), "target among inputs", "value_k"
    ),
    "band of the value": Fault(
        table({**DISTRICTS, "band": pd.cut(np.asarray(DISTRICTS["value"]), [0, 1.5e5, 2.5e5, 1e6], labels=["low", "middle", "high"]).astype(str)}, "band"),
        "target among inputs", "value",
    ),
    "districts unscaled": Fault(
        table(without(homes(), "ocean"), "value", steps=[{"step": "scale", "columns": ["value", "latitude", "longitude"]}]),
        "unscaled", "total_rooms",
    ),
    "rooms for no household": Fault(
        table({"rooms_each": [float("inf") if i % 90 == 9 else i % 50 / 9 for i in range(N)], **homes()}, "value"),
        "infinite values", "rooms_each",
    ),
    "wines from 3 to 8": Fault(table(wine(), "quality"), "class or amount", "quality"),
    "two excellent wines": Fault(
        table({**without(wine(), "quality"), "grade": ["excellent"] * 2 + ["good", "fair"] * (N // 2 - 1)}, "grade"),
        "few samples of a class", "grade",
    ),
    "flowers in the order of their kinds": Fault(
        table({**dict(IRIS), "species": np.repeat(["setosa", "versicolor", "virginica"], 50)}, "species", split={"by": "order", "validation": 0.2}),
        "classes without validation rows", "species",
    ),
    "answers twice": Fault(
        table({name: np.concatenate([np.asarray(values)[:300], np.asarray(values)[:100]]) for name, values in census().items()}, "income"),
        "equal rows", "rows",
    ),
    "ages as they were written down": Fault(
        table({**titanic(), "Age": [["34", "n/a", "40", "about 50", "22"][i % 5] if i % 4 == 0 else str(20 + i % 50) for i in range(N)]}, "Survived"),
        "mixed kinds", "Age", ("numbers as text",),
    ),
    "flowers from 1 to 3": Fault(checked(SOFTMAX, IRIS.to_numpy(), SPECIES.to_numpy() + 1), "labels outside the classes", "1 to 3", ("any",)),
    "classes as floats with halves": Fault(checked(SOFTMAX, IRIS.to_numpy(), SPECIES.to_numpy() + 0.5), "float labels", "y", ("any",)),
    "names of flowers": Fault(
        checked(SOFTMAX, IRIS.to_numpy(), np.array(["setosa", "versicolor", "virginica"])[SPECIES]), "strings as labels", "y", ("any",)
    ),
    "pictures with channels first": Fault(
        checked(network(2, "softmax", "sparse_categorical_crossentropy", (16, 16, 3)), COLOURED, np.arange(60) % 2),
        "channels first", "3×16×16", ("any",),
    ),
    "labels shuffled by themselves": Fault(
        checked(SOFTMAX, IRIS, SPECIES.sample(frac=1, random_state=2)), "shuffled target", "order", ("any",)
    ),
    "photographs upright and across": Fault(
        folder(_phones_of_two_formats, steps=[{"step": "pixels"}, {"step": "ordinal", "columns": ["class"]}]), "unlike sizes", "size"
    ),
    "logos with transparency": Fault(
        folder(_with_alpha, steps=[{"step": "pixels"}, {"step": "ordinal", "columns": ["class"]}]), "unlike channels", "channels"
    ),
    "a photograph cut short": Fault(folder(_cut_short), "broken pictures", "dog007.jpg"),
    "downloaded twice": Fault(folder(_downloaded_twice, split={"validation": 0.4}), "equal pictures", "picture"),
    "one parrot": Fault(folder(lambda path: photographs(path, {"cat": 25, "dog": 25, "parrot": 2})), "few samples of a class", "parrot"),
}  # fmt: skip


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
    "claims, most of them none": table({"age": rng.integers(18, 70, N), "claim": _claims(), "region": rng.choice(list("NSEW"), N),
                                        "renewed": rng.choice(["yes", "no"], N)}, "renewed"),
    "balances about zero": table({"balance": rng.normal(0, 3000, N).round(), "days": rng.integers(1, 31, N),
                                  "late": rng.random(N) < 0.3}, "late"),
    "shares in percent": table({"turnout": rng.choice([0, 100, *range(20, 80)], N), "area": rng.lognormal(4, 1, N).round(1),
                                "won": rng.choice(["left", "right"], N)}, "won"),
    "postcodes as numbers": table({"zipcode": rng.choice(np.arange(98001, 98200, 3), N), "sqft": rng.lognormal(7.5, 0.4, N).round(),
                                   "price": rng.lognormal(13, 0.5, N).round(-3)}, "price"),
    "sixty columns of chance": table({f"v{k}": rng.normal(size=200) for k in range(61)}, "v60"),
    "thirty rows": table({"hours": rng.uniform(0, 9, 30).round(1), "score": rng.integers(20, 95, 30)}, "score"),
    "flowers beside a model": checked(SOFTMAX, IRIS, SPECIES),
    "pictures beside a model": checked(
        network(2, "softmax", "sparse_categorical_crossentropy", (16, 16, 3)), COLOURED.transpose(0, 2, 3, 1), np.arange(60) % 2
    ),
    "photographs": folder(lambda path: photographs(path, {"cat": 20, "dog": 20})),
    "photographs with files of the system": folder(_with_files_of_the_system),
}  # fmt: skip


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
