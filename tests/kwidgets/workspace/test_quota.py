"""What the runs may take, and what goes first above it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.refused import Refused
from kwidgets.workspace.quota import DEFAULT, Sweepable, quota, quota_trouble, read_size, to_sweep
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import begun, trained, with_checkpoint

CHECKPOINTS = st.builds(
    Sweepable,
    run=st.sampled_from("abc"),
    state=st.sampled_from(["finished", "stopped", "interrupted", "failed"]),
    began=st.floats(0, 10),
    epoch=st.integers(0, 9),
    batch=st.integers(0, 3),
    path=st.just(Path("x")),
    bytes=st.integers(1, 100),
    best=st.booleans(),
    pinned=st.booleans(),
    last=st.booleans(),
)


@given(st.lists(CHECKPOINTS, max_size=12), st.integers(-10, 400))
def test_no_more_is_swept_than_is_needed_and_what_can_be_resumed_goes_last(
    checkpoints: list[Sweepable], surplus: int
) -> None:
    swept = list(to_sweep(checkpoints, surplus))
    assert not any(one.pinned for one in swept)
    assert sum(one.bytes for one in swept[:-1]) < max(surplus, 1)
    free = [one for one in checkpoints if not one.pinned]
    if len(swept) < len(free):
        assert sum(one.bytes for one in swept) >= surplus
    needed = [one.last and one.state in ("interrupted", "stopped") for one in swept]
    assert needed == sorted(needed)
    if any(needed):
        assert all(one in swept for one in free if not (one.last and one.state in ("interrupted", "stopped")))


def test_the_quota_is_that_of_the_variable_then_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KWIDGETS_QUOTA", raising=False)
    assert quota(tmp_path) == DEFAULT and quota_trouble(tmp_path) is None
    (tmp_path / "settings.json").write_text('{"quota": "3 GB"}')
    assert quota(tmp_path) == 3_000_000_000
    monkeypatch.setenv("KWIDGETS_QUOTA", "500MB")
    assert quota(tmp_path) == 500_000_000


@pytest.mark.parametrize("written", ["much", "-1GB", "5 XB", "1e9"])
def test_a_quota_that_is_no_size_is_said_and_the_next_one_used(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWIDGETS_QUOTA", written)
    assert quota(tmp_path) == DEFAULT
    assert f"'{written}' is no size" in (quota_trouble(tmp_path) or "")
    assert RunStore(tmp_path).notices() == [quota_trouble(tmp_path)]
    with pytest.raises(Refused, match="500MB"):
        read_size(written)


def test_checkpoints_are_swept_above_the_quota_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(tmp_path)
    monkeypatch.setenv("KWIDGETS_QUOTA", "1GB")
    old, stopped = trained(store), trained(store, state="stopped")
    assert store.sweep() == (0, 0, 0)
    store.pin(old.id, 1, 0, True)
    size = store.usage().bytes
    monkeypatch.setenv("KWIDGETS_QUOTA", str(size - 1500))
    new = begun(store)
    with_checkpoint(new, 1)
    assert store.usage().bytes <= size - 1500
    assert [one.epoch for one in store.checkpoints(old.id)][:1] == [1]  # pinned
    assert [one.epoch for one in store.checkpoints(new.id)] == [1]  # of a run that goes on
    assert [one.epoch for one in store.checkpoints(stopped.id)][-1:] == [3]  # to go on from
    new.end("finished")


def test_a_sweep_that_is_asked_for_takes_everything_but_what_is_pinned(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    done, stopped = trained(store), trained(store, state="stopped")
    store.pin(done.id, 2, 0, True)
    swept = store.sweep(most=0)
    assert (swept.checkpoints, swept.runs, swept.bytes) == (5, 0, 5000)
    assert [one.epoch for one in store.checkpoints(done.id)] == [2]
    assert store.checkpoints(stopped.id) == []
    assert store.history(stopped.id)["epoch"] == [0, 1, 2]


def test_what_nobody_will_miss_is_counted_before_it_goes(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    done, deleted, going_on = trained(store, epochs=5), trained(store), begun(store)
    with_checkpoint(going_on, 1)
    with_checkpoint(going_on, 2)
    store.pin(done.id, 2, 0, True)
    store.delete([deleted.id])
    counted = store.spare(remove=False)
    assert (counted.checkpoints, counted.runs) == (3, 1) and len(store.checkpoints(done.id)) == 5
    assert store.spare(remove=True) == counted
    assert [one.epoch for one in store.checkpoints(done.id)] == [2, 5]
    assert [one.epoch for one in store.checkpoints(going_on.id)] == [1, 2]
    assert store.list(deleted=True) == [] and store.spare(remove=False) == (0, 0, 0)
    going_on.end("finished")
