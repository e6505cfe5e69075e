"""Small copies of more public tables: a bank, staff, hearts, glass, costs, pupils, taxis, players, loans, mushrooms, days."""

from __future__ import annotations

import numpy as np

N = 360
rng = np.random.default_rng(1994)
DAYS = np.datetime64("2013-01-01") + np.sort(rng.integers(0, 700, N))


def pick(*values: object, p: list[float] | None = None) -> np.ndarray:
    """A column of values by chance."""
    return np.asarray(values)[rng.choice(len(values), N, p=p)]


def replaced(values: object, share: float, marker: object) -> list[object]:
    """Some of the values are replaced by a marker."""
    chosen = rng.random(N) < share
    return [marker if one else value for one, value in zip(chosen, np.asarray(values).tolist(), strict=True)]


def bank() -> dict[str, object]:
    """People whom a bank called."""
    duration = rng.gamma(1.5, 170, N).round()
    return {
        "age": rng.integers(18, 92, N),
        "job": pick("admin.", "blue-collar", "technician", "services", "retired", p=[0.3, 0.25, 0.2, 0.15, 0.1]),
        "balance": rng.normal(1300, 2500, N).round(),
        "duration": duration,
        "campaign": rng.geometric(0.4, N),
        "y": np.where(duration + rng.normal(0, 150, N) > 400, "yes", "no"),
    }


def staff() -> dict[str, object]:
    """Employees and who left."""
    return {
        "Age": rng.integers(18, 61, N),
        "BusinessTravel": pick("Travel_Rarely", "Travel_Frequently", "Non-Travel", p=[0.7, 0.2, 0.1]),
        "DistanceFromHome": rng.integers(1, 30, N),
        "JobSatisfaction": rng.integers(1, 5, N),
        "MonthlyIncome": rng.lognormal(8.6, 0.6, N).round(),
        "OverTime": pick("Yes", "No", p=[0.3, 0.7]),
        "Attrition": pick("Yes", "No", p=[0.2, 0.8]),
    }


def hearts() -> dict[str, object]:
    """Patients of a clinic for hearts."""
    return {
        "age": rng.integers(29, 78, N),
        "cp": rng.integers(1, 5, N),
        "trestbps": rng.normal(131, 17, N).round(),
        "chol": rng.normal(246, 50, N).clip(126).round(),
        "oldpeak": np.where(rng.random(N) < 0.33, 0, rng.gamma(2, 0.8, N).round(1)),
        "ca": rng.choice([0, 1, 2, 3], N, p=[0.58, 0.22, 0.13, 0.07]),
        "thal": pick("normal", "fixed", "reversible", p=[0.55, 0.06, 0.39]),
        "disease": (rng.random(N) < 0.45).astype(int),
    }


def glass() -> dict[str, object]:
    """Pieces of glass and what they were made for."""
    return {
        "RI": rng.normal(1.518, 0.003, N).round(5),
        "Na": rng.normal(13.4, 0.8, N).round(2),
        "Mg": np.where(rng.random(N) < 0.2, 0, rng.normal(3.3, 0.5, N).round(2)),
        "Fe": np.where(rng.random(N) < 0.65, 0, rng.uniform(0.01, 0.5, N).round(2)),
        "Type": rng.choice([1, 2, 3, 5, 6, 7], N, p=[0.33, 0.35, 0.08, 0.06, 0.05, 0.13]),
    }


def insured() -> dict[str, object]:
    """People and what their treatment cost."""
    smoker = pick("yes", "no", p=[0.2, 0.8])
    return {
        "age": rng.integers(18, 65, N),
        "sex": pick("female", "male"),
        "bmi": rng.normal(30.7, 6, N).round(3),
        "children": rng.choice(6, N, p=[0.43, 0.24, 0.18, 0.12, 0.02, 0.01]),
        "smoker": smoker,
        "charges": (rng.lognormal(8.8, 0.6, N) + 22000 * (smoker == "yes")).round(4),
    }


def pupils() -> dict[str, object]:
    """Pupils and their marks."""
    first = rng.normal(11, 3, N).clip(0, 20).round()
    return {
        "school": pick("GP", "MS", p=[0.88, 0.12]),
        "studytime": rng.integers(1, 5, N),
        "failures": rng.choice(4, N, p=[0.79, 0.13, 0.04, 0.04]),
        "absences": np.where(rng.random(N) < 0.3, 0, rng.geometric(0.12, N)),
        "G1": first,
        "G3": (first + rng.normal(0, 2, N)).clip(0, 20).round(),
    }


def taxis() -> dict[str, object]:
    """Rides of a taxi."""
    distance = rng.gamma(1.6, 2, N).round(2)
    return {
        "passengers": rng.choice([1, 2, 3, 5], N, p=[0.71, 0.15, 0.06, 0.08]),
        "longitude": rng.normal(-73.97, 0.04, N).round(5),
        "latitude": rng.normal(40.75, 0.03, N).round(5),
        "distance": distance,
        "seconds": (distance * 200 + rng.gamma(3, 90, N)).round(),
    }


def players() -> dict[str, object]:
    """Players of a game."""
    overall = rng.normal(66, 7, N).round()
    return {
        "Age": rng.integers(17, 40, N),
        "Overall": overall,
        "Position": pick("ST", "GK", "CB", "CM", "LB"),
        "Preferred Foot": pick("Right", "Left", p=[0.76, 0.24]),
        "Points": (overall * 3 + rng.normal(0, 8, N)).round(),
    }


def loans() -> dict[str, object]:
    """Loans and whether they were paid back."""
    return {
        "loan_amnt": rng.integers(20, 1400, N) * 25,
        "grade": pick(*"ABCDE", p=[0.2, 0.3, 0.25, 0.15, 0.1]),
        "home_ownership": pick("RENT", "MORTGAGE", "OWN", p=[0.45, 0.45, 0.1]),
        "dti": rng.uniform(0, 30, N).round(2),
        "delinq_2yrs": rng.choice([0, 1, 2], N, p=[0.88, 0.1, 0.02]),
        "loan_status": pick("Fully Paid", "Charged Off", p=[0.8, 0.2]),
    }


def mushrooms() -> dict[str, object]:
    """Mushrooms, by letters."""
    return {
        "cap-shape": pick(*"xfbks"),
        "cap-color": pick(*"nygwe"),
        "odor": pick(*"nfalp"),
        "gill-size": pick(*"bn"),
        "spore-print-color": pick(*"wnkh"),
        "habitat": pick(*"dgplu"),
        "population": pick(*"vysn"),
        "class": pick(*"ep"),
    }


def weather() -> dict[str, object]:
    """Days at a station."""
    warm = 16 + 9 * np.sin(np.arange(N) / 58) + rng.normal(0, 3, N)
    return {
        "MinTemp": (warm - 6 + rng.normal(0, 1.5, N)).round(1),
        "MaxTemp": warm.round(1),
        "Rainfall": np.where(rng.random(N) < 0.64, 0, rng.gamma(0.7, 9, N).round(1)),
        "WindGustDir": pick("N", "E", "S", "W", "NW"),
        "Humidity3pm": rng.normal(51, 20, N).clip(1, 100).round(),
        "RainTomorrow": pick("No", "Yes", p=[0.78, 0.22]),
    }


def answers(**others: object) -> dict[str, object]:
    """Questions that were answered from 1 to 7."""
    return {**{f"q{k}": rng.integers(1, 8, N) for k in range(1, 11)}, **others}
