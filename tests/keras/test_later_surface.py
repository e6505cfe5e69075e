"""docs/compat_names.md says what is there now, and at least nine in ten uses of names by public notebooks are."""

import re

import pytest

from engine._compat.installer import install_as_keras, undo

from .later_surface import DOCUMENT, document, is_there, listed, used


@pytest.fixture(autouse=True)
def compat():
    install_as_keras()
    yield
    undo()


def test_the_page_is_that_of_now():
    assert DOCUMENT.read_text("utf-8") == document(), "run python -m tests.keras.later_surface"


def test_nine_in_ten_uses_of_names_are_there():
    shares = [float(share) for share in re.findall(r"([\d.]+)% of \d+ uses", document())]
    assert len(shares) == 2 and min(shares) >= 90
    rows = used()
    assert sum(row.count for row in rows if is_there(row.name)) >= 0.9 * sum(row.count for row in rows)


def test_the_lists_hold_what_everyone_knows():
    names = listed()
    assert {"layers.Dense", "Model", "optimizers.Adam"} <= set(names["tf_keras"]) and "ops.matmul" in names["keras"]
    assert (
        is_there("keras.layers.Dense") and not is_there("keras.layers.Dens") and not is_there("tensorflow.ragged.cross")
    )
