"""How often a training's signals are looked at: only while somebody asks, and within a share of its time."""

from engine.events import BatchEnd, EpochEnd, TrainBegin
from kwidgets.inside.watch import FIRST, SHARE, Watch

BEGIN = TrainBegin(3, 10, 100, ("loss",))
FOUND = {"busy": False, "why": None, "state": "live", "cards": {"a@0": {}}, "cost": None}


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def batches(watch, clock, seconds, each=0.01):
    end = clock.now + seconds
    while clock.now < end:
        watch(BatchEnd(0, 0, 1, {}))
        clock.now += each


def test_nobody_asks_and_nothing_is_computed():
    taken = []
    watch = Watch(lambda gradient: taken.append(gradient) or FOUND, Clock())
    batches(watch, watch._clock, 10)
    assert taken == []


def test_it_keeps_to_its_share_whatever_a_look_costs():
    for cost in (0.001, 0.05, 2.0):
        clock = Clock()

        def take(gradient, clock=clock, cost=cost):
            clock.now += cost
            return FOUND

        watch = Watch(take, clock)
        watch(BEGIN)
        for _ in range(300):
            watch.ask(True)
            batches(watch, clock, 1.0)
        assert watch._spent <= SHARE * clock.now + 2 * cost  # the first look comes at once
        assert watch.share == watch._spent / clock.now
        assert watch.ask(False)["cards"] == FOUND["cards"]


def test_a_page_that_is_gone_is_forgotten_and_only_batches_count():
    clock, taken = Clock(), []
    watch = Watch(lambda gradient: taken.append(gradient) or FOUND, clock)
    watch.ask(True)
    watch(BEGIN)
    watch(EpochEnd(0, {}, 0.0))
    assert taken == []
    batches(watch, clock, 60)
    assert 0 < len(taken) <= 12
    watch.ask(False)
    batches(watch, clock, 1)
    assert taken[-1] is False


def test_a_layer_that_is_open_counts_within_the_same_share():
    clock = Clock()

    def take(gradient):
        clock.now += 0.02
        return FOUND

    watch, due, looked = Watch(take, clock), 0.0, 0
    watch(BEGIN)
    for _ in range(600):
        watch.ask(True)
        if clock.now >= due:
            clock.now += 0.05
            due, looked = clock.now + watch.charge(0.05), looked + 1
        batches(watch, clock, 1.0)
    assert looked > 50 and watch._spent <= SHARE * clock.now + 0.2


def test_a_short_training_is_not_looked_at_and_shows_what_was_before_it():
    clock, taken = Clock(), []
    watch = Watch(lambda gradient: taken.append(gradient) or FOUND, clock)
    watch.show({**FOUND, "cards": {"before@0": {}}})
    watch.ask(True)
    watch(BEGIN)
    batches(watch, clock, 0.9 * FIRST)
    assert taken == [] and watch.ask(True)["cards"] == {"before@0": {}} and watch.share == 0.0
    batches(watch, clock, FIRST)
    assert len(taken) >= 1 and watch.ask(True)["cards"] == FOUND["cards"]
