from engine.events import BatchEnd, EpochBegin, EpochEnd, TrainBegin
from kwidgets.session.kept_runs import MOST_CURVES, KeptRuns
from kwidgets.session.stream import Stream


def trained(loss):
    stream = Stream()
    stream(TrainBegin(5, 1, 8, ("loss",)))
    stream(EpochBegin(0))
    stream(BatchEnd(0, 0, 8, {"loss": loss}))
    stream(EpochEnd(0, {"loss": loss, "val_loss": float("nan")}, 1.0))
    return stream


def test_rows_come_newest_first_with_values_of_the_last_epoch():
    kept = KeptRuns()
    kept.add(1, None, trained(2.0))
    kept.now("stopped", None)
    kept.add(2, None, trained(1.0))
    kept.now("running", None)
    new, old = kept.rows()
    assert (new["number"], new["state"], old["number"], old["state"]) == (2, "running", 1, "stopped")
    assert old["values"] == {"loss": 2.0, "val_loss": None} and (old["epochs"], old["planned"]) == (1, 5)


def test_old_runs_keep_their_row_and_give_up_their_curves():
    kept = KeptRuns()
    for number in range(1, MOST_CURVES + 2):
        kept.add(number, None, trained(float(number)))
    assert kept.curves("run-1") is None and kept.curves("run-2") is not None
    assert kept.rows()[-1]["values"]["loss"] == 1.0 and len(kept.rows()) == MOST_CURVES + 1
