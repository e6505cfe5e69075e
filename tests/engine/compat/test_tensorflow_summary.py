"""`tf.summary`: what is written stands in the event files, which are read record by record."""

from pathlib import Path

import numpy as np
import pytest

from engine._compat.tensorflow_records import TFRecordDataset
from engine.errors import SettingError

pytest.importorskip("tensorboardX")


def _events(folder):
    from tensorboardX.proto.event_pb2 import Event

    (path,) = Path(folder).glob("events*")
    return [Event.FromString(np.asarray(record)[()]) for record in TFRecordDataset(str(path))]


def test_values_stand_in_the_file(compat, tmp_path):
    import tensorflow as tf

    writer = tf.summary.create_file_writer(str(tmp_path / "logs"))
    with writer.as_default(step=3):
        assert tf.summary.scalar("loss", 0.5)
        tf.summary.histogram("weights", np.arange(10.0), step=4)
        tf.summary.image("picture", np.zeros((1, 4, 5, 3)))
        tf.summary.text("note", "hello")
        with tf.summary.record_if(False):
            assert not tf.summary.scalar("left out", 1.0)
    assert not tf.summary.scalar("without writer", 1.0, step=1)
    writer.close()
    found = {value.tag: (event.step, value) for event in _events(tmp_path / "logs") for value in event.summary.value}
    assert found["loss"][0] == 3 and found["loss"][1].simple_value == 0.5
    assert found["weights"][0] == 4 and found["weights"][1].histo.num == 10
    assert found["picture"][1].image.height == 4
    assert "left out" not in found and any("note" in tag for tag in found)


def test_a_step_is_needed(compat, tmp_path):
    import tensorflow as tf

    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        with pytest.raises(SettingError, match="step"):
            tf.summary.scalar("loss", 1.0)
        tf.summary.experimental.set_step(2)
        assert tf.summary.scalar("loss", 1.0) and tf.summary.should_record_summaries()
        tf.summary.experimental.set_step(None)
