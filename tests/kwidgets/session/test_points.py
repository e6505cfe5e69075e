import numpy as np

from kwidgets.session.points import Curves, Series


def test_points_come_once_to_a_reader():
    curves = Curves()
    reader = curves.reader()
    curves.add("batch", 0.5, {"loss": 2.0, "acc": 0.1})
    curves.add("batch", 1.0, {"loss": 1.0, "acc": 0.2})
    first = reader.take()
    curves.add("batch", 1.5, {"loss": 0.5, "acc": 0.3})
    second = reader.take()
    assert (first[0].name, first[0].phase, first[0].start, first[0].ys.tolist()) == ("loss", "batch", 0, [2.0, 1.0])
    assert (second[0].name, second[0].start, second[0].xs.tolist(), second[0].ys.tolist()) == ("loss", 2, [1.5], [0.5])
    assert reader.take() == []


def test_a_full_series_is_thinned_in_order_and_keeps_its_peaks():
    series = Series("loss", "batch", most=400)
    values = np.sin(np.arange(5000) / 50)
    values[1234] = 99
    for x, y in enumerate(values):
        series.add(x, y)
    piece = series.piece()
    assert len(series) <= 400 and series.rewritten > 0
    assert piece.ys.max() == 99
    assert (np.diff(piece.xs) > 0).all()
    assert piece.xs[-1] == 4999


def test_a_reader_gets_a_thinned_series_whole():
    curves = Curves(most=8)
    reader = curves.reader()
    for i in range(8):
        curves.add("batch", i, {"loss": 1.0})
    reader.take()
    curves.add("batch", 8, {"loss": 2.0})
    piece = reader.take()[0]
    assert piece.start == 0 and piece.xs[-1] == 8 and len(piece.xs) == 5


def test_not_a_number_survives_thinning():
    series = Series("loss", "batch", most=8)
    for i in range(20):
        series.add(i, float("nan") if i == 2 else 1.0)
    assert np.isnan(series.piece().ys).any()
