"""Programs and notebooks of Keras, dropped and pasted: cards, settings of the training, and a note on what was read otherwise."""

import json

from tests.e2e.cells import EMPTY
from tests.e2e.test_saved_notebook import dropped

OLD = """from keras.models import Sequential
from keras.layers import Convolution2D, Flatten, Dense
open("SENTINEL", "w")
model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode="same", input_shape=(8, 8, 1)))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
model.fit(x, y, nb_epoch=7)
"""
NODES = ["conv2d_1_input@0", "conv2d_1@0", "flatten_1@0", "dense_1@0"]


def test_a_dropped_program_becomes_cards_and_says_what_was_renamed(open_builder, light, tmp_path):
    program = tmp_path / "old.py"
    program.write_text(OLD.replace("SENTINEL", str(tmp_path / "ran")))
    notebook = tmp_path / "old.ipynb"
    notebook.write_text(json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": OLD}]}))
    builder = open_builder(light, "programs", EMPTY)
    dropped(builder, program, ".kw-drop")
    builder.until(lambda: builder.nodes() == NODES)
    builder.until(lambda: builder.root.get_by_text("Convolution2D is Conv2D today.").count() > 0)
    assert not (tmp_path / "ran").exists()
    assert builder.undo() == "paste old.py"
    builder.until(lambda: builder.nodes() == [])
    dropped(builder, notebook, ".kw-drop")
    builder.until(lambda: builder.nodes() == NODES)
    nothing = tmp_path / "nothing.py"
    nothing.write_text("x = 1\n")
    dropped(builder, nothing)
    builder.until(lambda: builder.root.get_by_text("found a Python program without one").count() == 1)
    assert builder.nodes() == NODES
