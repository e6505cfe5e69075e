"""The engine on the strict stand-in for CuPy: the same numbers as on NumPy, part by part and model by model."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from engine._machine import devices
from engine._machine.device_base import Device

from . import checks, models
from .using import stand_in

CHECKS = list(checks.all_checks())


@pytest.fixture(scope="module")
def card() -> Generator[Device]:
    with stand_in():
        yield devices.named("gpu:0")


@pytest.mark.parametrize("check", CHECKS, ids=[f"{check.kind}-{check.name}" for check in CHECKS])
def test_a_part_gives_the_numbers_of_the_processor(card: Device, check: checks.Check) -> None:
    check.run(card)


@pytest.mark.parametrize("name", models.MODELS)
def test_a_model_trains_saves_and_loads_with_the_same_numbers(card: Device, name: str) -> None:
    models.check_model(card, name)


@pytest.mark.parametrize("name", models.MODELS)
def test_a_step_is_one_launch_that_copies_nothing_to_the_host(card: Device, name: str) -> None:
    models.check_counts(card, name)
