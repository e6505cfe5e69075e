import threading

from engine._training.gate import Gate

LONG = 60.0


def test_a_visitor_sees_whole_updates_only_and_is_never_starved():
    gate = Gate()
    weights = [0] * 50
    done = threading.Event()

    def train():
        batch = 0
        while not done.is_set():
            gate.close()
            for i in range(len(weights)):
                weights[i] += 1
            gate.open()
            batch += 1

    trainer = threading.Thread(target=train)
    trainer.start()
    seen = []
    for _ in range(200):
        with gate.still():
            seen.append(list(weights))
    done.set()
    trainer.join(LONG)
    assert not trainer.is_alive()
    assert all(len(set(copy)) == 1 for copy in seen)


def test_the_trainer_itself_may_look_at_any_time():
    gate = Gate()
    gate.enter()
    gate.close()
    with gate.still():
        pass
    gate.open()
