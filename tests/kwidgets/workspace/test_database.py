"""The list of runs under several processes, damage, other versions and full disks."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwidgets.refused import Refused
from kwidgets.workspace.database import MIGRATIONS, VERSION
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import begun, curve, progress, trained

EARLIER = Path(__file__).with_name("earlier")

MANY_RUNS = """
import sys
from pathlib import Path
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import begun, curve, progress
store = RunStore(Path(sys.argv[1]), wait=60, locks=sys.argv[3] == "locks")
for count in range(int(sys.argv[2])):
    writer = begun(store, sys.argv[4])
    writer.write([curve(0, 100)], progress(1), [str(count)])
    writer.end("finished", "its last epoch")
    assert writer.trouble is None and writer.number is not None, writer.trouble
"""


def at_once(folder: Path, processes: int, runs: int, locks: str = "locks") -> list[int]:
    """Processes that record runs into one folder at once; the numbers that the list has then."""
    command = [sys.executable, "-c", MANY_RUNS, str(folder), str(runs), locks]
    started = [subprocess.Popen([*command, f"model {i}"], stderr=subprocess.PIPE) for i in range(processes)]
    errors = [process.communicate()[1].decode() for process in started]
    assert errors == [""] * processes
    store = RunStore(folder, locks=locks == "locks")
    listed = store.list()
    assert all(store.log(run.id) and run.state == "finished" and run.epochs == 1 for run in listed)
    return sorted(run.number for run in listed)


def test_four_processes_record_fifty_runs_each_at_once(tmp_path: Path) -> None:
    assert at_once(tmp_path, 4, 50) == list(range(1, 201))


def test_processes_on_a_file_system_without_locks_for_runs_record_at_once(tmp_path: Path) -> None:
    assert at_once(tmp_path, 2, 10, "none") == list(range(1, 21))
    connection = sqlite3.connect(tmp_path / "kwidgets.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_threads_of_one_process_record_and_list_at_once(tmp_path: Path) -> None:
    store = RunStore(tmp_path)

    def record_and_list(_: int) -> int:
        number = trained(store, epochs=1).number
        assert number is not None and number in [run.number for run in store.list()]
        store.version()
        store.usage()
        return number

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(record_and_list, range(40))) == list(range(1, 41))


def test_what_one_process_writes_another_sees(tmp_path: Path) -> None:
    one, other = RunStore(tmp_path), RunStore(tmp_path)
    seen = [other.version(), other.version()]
    assert seen[0] == seen[1]
    changes: list[Callable[[], object]] = [
        lambda: begun(one),
        lambda: one.set_note(one.list()[0].id, "better"),
        lambda: one.set_tags(one.list()[0].id, ["a"]),
        lambda: one.set_hidden(one.list()[0].id, True),
    ]
    for change in changes:
        change()
        assert other.version() != seen[-1]
        seen.append(other.version())
        assert other.version() == seen[-1] and one.version() == one.version()


def damaged(path: Path, how: str) -> bytes:
    """Damages a list whose log is written back; gives the bytes that it then has."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = path.read_bytes()
    damage = {
        "cut": data[: len(data) // 2],
        "few bytes": data[:50],
        "another file": b"this is no database, and never was one" * 200,
        "zeros inside": data[:4096] + bytes(len(data) - 4096),
        "empty": b"",
    }
    path.write_bytes(damage[how])
    return damage[how]


@pytest.mark.parametrize("how", ["cut", "few bytes", "another file", "zeros inside", "empty"])
def test_a_damaged_list_is_put_aside_whole_and_made_again_from_the_folders(how: str, tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    first, second, going_on = trained(store), trained(store, "faces", state="stopped"), begun(store)
    going_on.write([curve(0, 100)], progress(2))
    store.set_note(first.id, "the best so far")
    store.set_tags(first.id, ["good", "slow"])
    store.set_hidden(second.id, True)
    store.pin(first.id, 2, 0, True)
    before, checkpoints = store.list(hidden=True), store.checkpoints(first.id)
    store.close()
    there = damaged(tmp_path / "kwidgets.db", how)

    again = RunStore(tmp_path)
    after = again.list(hidden=True)
    assert [run.number for run in after] == [3, 2, 1]
    for run, old in zip(after, before, strict=True):
        assert {**run.__dict__, "bytes": 0} == {**old.__dict__, "bytes": 0}
    assert again.checkpoints(first.id) == checkpoints
    if there:
        [aside] = tmp_path.glob("kwidgets-damaged-*.db")
        assert aside.read_bytes() == there
        [notice] = again.notices()
        assert str(aside) in notice and "3 runs were found again" in notice
    assert begun(again).number == 4
    # The writer of before goes on into the new list.
    going_on.write([], progress(3))
    assert going_on.trouble is None and again.get(going_on.id).epochs == 3
    going_on.end("finished")
    assert again.get(going_on.id).state == "finished"


def test_a_list_that_is_damaged_while_it_is_open_is_made_again(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    for _ in range(30):
        trained(store, epochs=1)
    store.close()
    damaged(tmp_path / "kwidgets.db", "zeros inside")
    assert len(store.list()) == 30


def test_two_processes_that_meet_a_damaged_list_end_with_one_good_one(tmp_path: Path) -> None:
    at_once(tmp_path, 1, 3)
    damaged(tmp_path / "kwidgets.db", "cut")
    assert at_once(tmp_path, 3, 3) == list(range(1, 13))
    assert len(list(tmp_path.glob("kwidgets-damaged-*.db"))) == 1


def test_a_list_that_was_removed_is_made_again_under_an_open_store(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    trained(store)
    for path in tmp_path.glob("kwidgets.db*"):
        path.unlink()
    assert [run.number for run in store.list()] == [1]
    assert trained(store).number == 2


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three runs."""
    folder = tmp_path_factory.mktemp("whole")
    store = RunStore(folder)
    for _ in range(3):
        trained(store, epochs=1)
    store.close()
    return folder


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_change_of_a_few_bytes_takes_a_run_away(data: st.DataObject, whole: Path) -> None:
    folder = whole.with_name("changed")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    path = folder / "kwidgets.db"
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    store = RunStore(folder)
    try:
        listed = store.list(hidden=True) + store.list(deleted=True)
        assert len(listed) == 3 and all(store.history(run.id)["epoch"] == [0] for run in listed)
        assert begun(store).number is not None
    except Refused as refused:
        assert "newer kwidgets" in str(refused)  # the version itself was changed


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_store_of_each_earlier_version_is_read(version: int, tmp_path: Path) -> None:
    shutil.copytree(EARLIER / f"version_{version}", tmp_path / "store")
    store = RunStore(tmp_path / "store")
    stopped, finished = store.list()
    assert (finished.number, finished.state, finished.note, finished.tags) == (
        1,
        "finished",
        "the first one",
        ("good",),
    )
    assert (stopped.number, stopped.state, stopped.document) == (2, "interrupted", "faces")
    assert stopped.ended_by.startswith("the kernel, which ended at")
    assert store.history(finished.id)["epoch"] == [0, 1, 2] and store.history(stopped.id)["epoch"] == [0]
    assert len(store.points(finished.id)[0].xs) == 300 and len(store.points(stopped.id)[0].xs) == 100
    assert [one.epoch for one in store.checkpoints(finished.id)] == [1, 2, 3]
    assert trained(store).number == 3


def test_there_is_a_committed_store_of_each_version() -> None:
    assert [(EARLIER / f"version_{version}").is_dir() for version in range(1, len(MIGRATIONS) + 1)] == [True] * VERSION


def test_a_list_of_a_newer_release_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    trained(RunStore(tmp_path))
    connection = sqlite3.connect(tmp_path / "kwidgets.db")
    connection.execute(f"PRAGMA user_version={VERSION + 6}")
    connection.close()
    store = RunStore(tmp_path)
    with pytest.raises(Refused, match=f"newer kwidgets .form {VERSION + 6}"):
        store.list()
    writer = begun(store)
    assert not writer.records and writer.number is None and "newer kwidgets" in (writer.trouble or "")
    writer.write([curve(0, 10)], progress(1))
    writer.checkpoint_written(1)
    writer.end("finished")
    assert writer.checkpoint_path(1) is None
    assert len(list((tmp_path / "runs").iterdir())) == 1
    assert not list(tmp_path.glob("*damaged*"))


def test_a_folder_that_cannot_be_made_is_said_and_the_run_goes_on_unrecorded(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = RunStore(tmp_path / "file" / "home")
    writer = begun(store)
    assert not writer.records and "The training goes on" in (writer.trouble or "")
    with pytest.raises(Refused, match="cannot be read"):
        store.list()


def test_the_runs_of_a_folder_that_may_not_be_written_to_are_read(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = trained(store).id
    store.close()
    there = sorted(tmp_path.iterdir())
    reader = RunStore(tmp_path, writable=False)
    assert [one.number for one in reader.list()] == [1] and reader.version() == reader.version()
    assert reader.history(run)["epoch"] == [0, 1, 2] and len(reader.points(run)[0].xs) == 300
    with pytest.raises(Refused, match="readonly"):
        reader.set_note(run, "a note")
    writer = begun(reader)
    assert not writer.records and "readonly" in (writer.trouble or "")
    assert sorted(tmp_path.iterdir()) == there and len(list((tmp_path / "runs").iterdir())) == 1


def test_a_list_that_another_process_holds_for_long_gets_the_run_later(tmp_path: Path) -> None:
    store = RunStore(tmp_path, wait=0.05)
    trained(store)
    other = sqlite3.connect(tmp_path / "kwidgets.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writer = begun(store)
    assert writer.records and writer.number is None
    writer.write([curve(0, 100)], progress(1))
    assert "locked" in (writer.trouble or "")
    other.execute("ROLLBACK")
    other.close()
    writer.write([curve(100, 200)], progress(2))
    assert writer.trouble is None and writer.number == 2
    writer.end("finished")
    assert store.get(writer.id).epochs == 2 and len(store.points(writer.id)[0].xs) == 200


DELETING = """
import sys
from pathlib import Path
from kwidgets.refused import Refused
from kwidgets.workspace.run_store import RunStore
store = RunStore(Path(sys.argv[1]), wait=60)
runs = [run.id for run in store.list(hidden=True)]
print("ready", flush=True)
sys.stdin.readline()
for run in runs:
    try:
        store.delete([run])
        store.purge([run])
    except Refused as refused:
        assert "There is no run" in str(refused), refused
"""


def test_processes_that_delete_the_same_runs_at_once_take_each_of_them_once(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    runs = [trained(store, epochs=1).id for _ in range(15)]
    going_on = begun(store)
    command = [sys.executable, "-c", DELETING.replace("list(hidden=True)", "list(text='finished')"), str(tmp_path)]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    for process in started:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    assert [process.communicate("go\n")[1] for process in started] == ["", "", ""]
    assert [run.id for run in store.list()] == [going_on.id] and store.list(deleted=True) == []
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [going_on.id]
    assert len(runs) == 15
    going_on.end("finished")


KILLED = """
import sys
from pathlib import Path
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import begun, curve, progress, with_checkpoint
store = RunStore(Path(sys.argv[1]))
writer = begun(store)
for epoch in range(1, 100_000):
    writer.write([curve(100 * (epoch - 1), 100 * epoch)], progress(min(epoch, 50)), [str(epoch)])
    with_checkpoint(writer, epoch % 5 + 1)
    assert writer.trouble is None, writer.trouble
    print(epoch, flush=True)
"""


def test_a_run_that_is_killed_at_any_moment_has_all_that_it_had_written(tmp_path: Path) -> None:
    dice = random.Random(15)
    for count in range(1, 9):
        command = [sys.executable, "-c", KILLED, str(tmp_path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stdout.readline() == "1\n"
        time.sleep(dice.random() * 0.2)
        process.kill()
        lines = process.communicate()[0].split("\n")
        written = int(lines[-2]) if len(lines) > 1 else 1
        store = RunStore(tmp_path)
        [run, *_] = store.list()
        assert run.state == "interrupted" and run.number == count and run.ended_by.startswith("the kernel")
        log, [points] = store.log(run.id), store.points(run.id)
        assert written <= len(log) <= written + 1 and log == [str(epoch) for epoch in range(1, len(log) + 1)]
        assert len(points.xs) == 100 * len(log)
        assert run.epochs == min(len(log), 50) == len(store.history(run.id)["epoch"])
        assert all(one.bytes in (0, 1000) for one in store.checkpoints(run.id))
        store.close()


FULL_DISK = """
import resource, sys
from pathlib import Path
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import begun, curve, progress
store = RunStore(Path(sys.argv[1]))
writer = begun(store)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
for count in range(60):
    writer.write([curve(1000 * count, 1000 * (count + 1))], progress(count + 1))
assert "cannot be recorded" in writer.trouble and "The training goes on" in writer.trouble, writer.trouble
so_far = store.points(writer.id)[0]
assert 0 < len(so_far.xs) < 60_000 and len(so_far.xs) % 1000 == 0
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.write([], progress(60))
assert writer.trouble is None, writer.trouble
assert len(store.points(writer.id)[0].xs) == 60_000
writer.end("finished")
assert len(store.points(writer.id)[0].xs) == 60_000 and store.get(writer.id).epochs == 60
"""


def test_a_disk_that_is_full_for_a_while_costs_no_point(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], check=True)


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    first = trained(store)
    with pytest.raises(Refused, match="no run"):
        store.delete([first.id, "no such run"])
    with pytest.raises(Refused, match="no run"):
        store.restore(["../../etc"])
    assert [run.number for run in store.list()] == [1]


FORK = """
import os, sys
from pathlib import Path
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import trained
store = RunStore(Path(sys.argv[1]))
trained(store)
child = os.fork()
if not child:
    trained(store)
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
trained(store)
assert [run.number for run in store.list()] == [3, 2, 1]
"""


def test_a_process_made_by_fork_opens_the_list_anew(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORK, str(tmp_path)], check=True)
