import pytest

from kwidgets.session.divergence import Divergence, Finding
from kwidgets.session.findings import MOST_RATE_MARKS, Findings
from kwidgets.session.trouble import Where


def test_a_changed_rate_makes_a_mark_and_the_first_rate_none():
    found = Findings()
    for x, rate in [(0.0, 0.1), (0.5, 0.1), (1.0, 0.01)]:
        found.rate(x, rate)
    assert found.marks() == [
        {"kind": "rate", "x": 1.0, "text": "rate 0.01", "says": "The learning rate became 0.01; it was 0.1."}
    ]


def test_a_schedule_that_moves_with_every_batch_leaves_few_marks_and_the_newest():
    found = Findings()
    for batch in range(5000):
        found.rate(batch / 100, 1.0 - batch / 10_000)
    marks = found.marks()
    assert MOST_RATE_MARKS / 2 <= len(marks) <= MOST_RATE_MARKS
    assert marks[-1]["x"] == 49.99 and [m["x"] for m in marks] == sorted(m["x"] for m in marks)


def test_the_best_epoch_of_the_loss_that_leads_is_marked_once():
    found = Findings()
    for epoch, value in enumerate([3.0, 1.0, 2.0], start=1):
        found.epoch(epoch, {"loss": 4.0 - epoch, "val_loss": value}, partial=False)
    assert found.marks() == [
        {"kind": "best", "x": 2.0, "text": "best", "says": "Epoch 2 had the best validation loss: 1."}
    ]


def test_changes_are_to_the_epoch_before():
    found = Findings()
    found.epoch(1, {"loss": 4.0, "val_loss": 5.0}, partial=False)
    assert found.changes({"loss": 3.0, "val_loss": 5.0}, within=True) == {"loss": -1.0}
    found.epoch(2, {"loss": 3.0, "val_loss": 5.5}, partial=False)
    assert found.changes({"loss": 3.0, "val_loss": 5.5}, within=False) == {"loss": -1.0, "val_loss": 0.5}
    assert found.changes({"loss": 2.5, "val_loss": 5.5}, within=True) == {"loss": -0.5, "val_loss": 0.5}


def test_a_trouble_is_said_once_and_ends_with_a_whole_good_epoch():
    found = Findings()
    found.not_finite(0.5, Where(1, 5, float("nan")))
    found.not_finite(0.6, Where(1, 6, float("nan")))
    assert found.trouble is not None and (found.trouble["epoch"], found.trouble["batch"]) == (1, 5)
    assert [mark["kind"] for mark in found.marks()] == ["nan"]
    found.epoch(1, {"loss": float("nan")}, partial=False)
    assert found.trouble is not None
    found.epoch(2, {"loss": 1.0}, partial=False)
    assert found.trouble is None


@pytest.mark.parametrize(
    ("value", "kind", "text"), [(float("nan"), "nan", "NaN"), (float("inf"), "infinite", "infinite")]
)
def test_a_loss_that_is_no_finite_number_is_marked_as_what_it_became(value, kind, text):
    found = Findings()
    found.not_finite(0.5, Where(1, 5, value))
    (mark,) = found.marks()
    assert (mark["kind"], mark["text"], mark["x"]) == (kind, text, 0.5)
    assert found.trouble is not None and mark["says"] == found.trouble["sentence"]


@pytest.mark.parametrize("kind", ["growing", "worse", "lost", "guess"])
def test_a_divergence_is_marked_with_its_kind_and_its_sentence(kind):
    divergence = Divergence()
    found = Findings(divergence=divergence)
    divergence.finding = Finding(kind, 31.5, 2.3, 4, best=0.2)
    found.batch(3.5, 4, 2, 31.5)
    (mark,) = found.marks()
    assert found.trouble is not None
    assert (mark["kind"], mark["says"]) == (kind, found.trouble["sentence"])
    assert mark["text"] not in ("", "NaN")


@pytest.mark.parametrize(("reason", "text"), [("stopped", "stopped"), ("early", "stopped early"), ("finished", None)])
def test_an_end_before_the_last_epoch_is_marked(reason, text):
    found = Findings()
    found.end(2.5, reason)
    assert [mark["text"] for mark in found.marks()] == ([] if text is None else [text])
