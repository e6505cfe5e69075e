import numpy as np
import pytest

from kwidgets.session.divergence import Finding
from kwidgets.session.trouble import Where, describe

NAN = Where(4, 187, float("nan"))


def test_epoch_batch_and_a_tenth_of_the_rate_are_named():
    trouble = describe(NAN, {}, rate=0.1, restarts=True)
    assert "epoch 4, batch 187" in trouble["sentence"] and "NaN" in trouble["sentence"]
    assert "0.01, a tenth" in trouble["hint"] and trouble["lower"] == 0.01
    assert "infinite" in describe(Where(1, 1, float("inf")))["sentence"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("growing", "grown to"), ("worse", "at the start"), ("lost", "after it had been 0.2"), ("guess", "same answer")],
)
def test_each_kind_of_divergence_is_a_sentence_of_its_own_with_its_figures(kind, said):
    where = Where(7, 3, 31.5, Finding(kind, 31.5, 2.3, 4, best=0.2))
    trouble = describe(where, {}, rate=0.1, restarts=True)
    assert trouble["kind"] == kind and said in trouble["sentence"] and "31.5" in trouble["sentence"]
    assert trouble["lower"] == 0.01


def test_a_model_that_never_learnt_is_not_told_to_learn_slower():
    trouble = describe(Where(9, 3, 2.3, Finding("guess", 2.3, 2.3, 9, jumped=False)), {}, rate=0.1, restarts=True)
    assert trouble["lower"] is None and "ten times larger" in trouble["hint"]


def test_a_run_that_cannot_be_begun_again_offers_no_rate():
    assert describe(NAN, {}, rate=0.1, restarts=False)["lower"] is None


def test_data_that_hold_no_numbers_are_named_with_their_sample():
    x = np.zeros((3000, 700), np.float32)
    x[2987, 5] = np.nan
    trouble = describe(NAN, {"y": np.zeros(3, int), "x_train": x}, rate=0.1)
    assert "'x_train'" in trouble["sentence"] and "sample 2987" in trouble["sentence"]
    assert "learning rate cannot help" in trouble["hint"]


def test_inputs_that_are_not_scaled_are_named():
    x = np.array([[0.0, 255.0]])
    assert "'photos' reaches 255" in describe(NAN, {"photos": x}, rate=0.1)["hint"]
    # Class numbers are whole and may be large.
    assert "reaches" not in describe(NAN, {"labels": np.array([999])}, rate=0.1)["hint"]
