import pytest

from engine.events import BatchEnd, EpochBegin, EpochEnd, TrainBegin
from kwidgets.refused import Refused
from kwidgets.session.run_records import MOST_CURVES, RunRecords
from kwidgets.session.stream import Stream


def trained(loss):
    stream = Stream()
    stream(TrainBegin(5, 1, 8, ("loss",)))
    stream(EpochBegin(0))
    stream(BatchEnd(0, 0, 8, {"loss": loss}))
    stream(EpochEnd(0, {"loss": loss, "val_loss": float("nan")}, 1.0))
    return stream


def test_rows_come_newest_first_with_values_of_the_last_epoch():
    records = RunRecords()
    records.add("run-1", 1, None, trained(2.0))
    records.now("stopped", None)
    records.add("run-2", 2, None, trained(1.0))
    records.now("running", None)
    new, old = records.rows()
    assert (new["number"], new["state"], old["number"], old["state"]) == (2, "running", 1, "stopped")
    assert old["values"] == {"loss": 2.0, "val_loss": None} and (old["epochs"], old["planned"]) == (1, 5)


def test_old_runs_keep_their_row_and_give_up_their_curves():
    records = RunRecords()
    for number in range(1, MOST_CURVES + 2):
        records.add(f"run-{number}", number, None, trained(float(number)))
    assert records.curves("run-2")
    with pytest.raises(Refused, match="not kept any more"):
        records.curves("run-1")
    assert records.rows()[-1]["values"]["loss"] == 1.0 and len(records.rows()) == MOST_CURVES + 1
