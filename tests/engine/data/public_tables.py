"""Small copies of public tables with their quirks: passengers, a census, air, bicycles, telephones, cars, patients, homes, wine."""

from __future__ import annotations

import numpy as np

N = 400
rng = np.random.default_rng(1912)
FAMILIES = (
    "Braund",
    "Cumings",
    "Heikkinen",
    "Futrelle",
    "Allen",
    "Moran",
    "McCarthy",
    "Palsson",
    "Nasser",
    "Sandström",
)
FIRST = (
    "Owen Harris",
    "John Bradley",
    "Laina",
    "Jacques Heath",
    "William Henry",
    "James",
    "Timothy J",
    "Gosta Leonard",
)


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
