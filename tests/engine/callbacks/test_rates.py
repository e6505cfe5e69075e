"""Learning rates by a schedule."""

import numpy as np
import pytest

from engine import callbacks
from engine.errors import SettingTypeError

from .line import X, Y, line


def test_the_scheduler_sets_the_rate_and_history_shows_it():
    model = line()

    history = model.fit(
        X, Y, epochs=3, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))]
    )

    np.testing.assert_allclose(history.history["lr"], [0.1, 0.05, 0.1 / 3], rtol=1e-6)
    with pytest.raises(SettingTypeError, match="float"):
        model.fit(X, Y, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda epoch: "fast")])
