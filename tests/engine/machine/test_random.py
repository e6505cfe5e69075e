import threading

import numpy as np

from engine._machine import random


def test_a_seed_repeats_every_stream():
    with random.seeded(7):
        first = [random.Stream().generator.random() for _ in range(3)]
    with random.seeded(7):
        assert [random.Stream().generator.random() for _ in range(3)] == first


def test_numpys_seed_counts_when_none_was_set():
    np.random.seed(1337)
    first = random.draw_seed()
    np.random.seed(1337)
    assert random.draw_seed() == first


def test_a_seeded_block_leaves_other_threads_and_numpy_alone():
    np.random.seed(3)
    state = np.random.get_state()[1].copy()
    drawn = []
    with random.seeded(1):
        random.draw_seed()
        np.testing.assert_array_equal(np.random.get_state()[1], state)
        thread = threading.Thread(target=lambda: drawn.append(random.draw_seed()))
        thread.start()
        thread.join()
    np.random.seed(3)
    assert drawn == [random.draw_seed()]


def test_a_stream_goes_back_to_a_saved_position():
    stream = random.Stream(5)
    stream.generator.random(10)
    state = stream.get_state()
    expected = stream.generator.random(4)
    stream.set_state(state)
    np.testing.assert_array_equal(stream.generator.random(4), expected)
