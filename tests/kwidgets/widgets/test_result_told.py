import numpy as np

from kwidgets.evaluation.output import OutputResults
from kwidgets.widgets.result_told import told

CLASSES = OutputResults("digit", None, np.array([0, 1]), np.array([[0.9, 0.1], [0.2, 0.8]]), classes=["cat", "dog"])


def test_chances_come_largest_first_and_the_value_is_the_class():
    answer = told("digit", np.array([[0.3, 0.7]]), CLASSES, None)
    assert answer["value"] == "dog" and [one["name"] for one in answer["chances"]] == ["dog", "cat"]
    assert answer["chances"][0]["share"] == 0.7 and answer["chances"][0]["text"] == "70.0 %"
    assert told("digit", np.array([[0.3, 0.7]]), CLASSES, "Bonn")["value"] == "Bonn"


def test_labels_are_all_those_from_a_half_on():
    labels = OutputResults("tags", None, np.array([[1, 1, 0], [0, 0, 0]]), np.array([[0.8, 0.7, 0.1], [0.2, 0.3, 0.4]]))
    assert labels.kind == "labels"
    assert told("tags", np.array([[0.6, 0.2, 0.5]]), labels, None)["value"] == "0, 2"
    assert told("tags", np.array([[0.1, 0.2, 0.3]]), labels, None)["value"] == "none"


def test_an_amount_is_its_number_and_many_numbers_are_some_of_them():
    assert told("rent", np.array([[1234.5]]), None, None) == {"name": "rent", "value": "1234", "chances": []}
    assert told("rent", np.array([[1.0]]), None, "812.5")["value"] == "812.5"
    many = told("picture", np.zeros((1, 8, 8, 1)), None, None)
    assert "64 numbers" in many["value"] and len(many["chances"]) == 10
