"""Who has a document: locks where there are such, signs of life where there are none, whatever clocks say."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import filelock
import pytest

from kwidgets.workspace.owners import OWNER, SILENT_AFTER, Owner, me

CHILD = """
import sys, time, pathlib
from kwidgets.workspace.owners import Owner, me
owner = Owner(pathlib.Path(sys.argv[1]), me("child.ipynb"))
print(owner.take() is None, flush=True)
time.sleep(600)
"""


def no_lock(path):
    """A file system that has no locks."""

    class NoLock(filelock.FileLock):
        def acquire(self, *args, **kwargs):
            raise NotImplementedError("no locks here")

    return NoLock(path)


@pytest.fixture
def child(tmp_path):
    """Another process that has the document of tmp_path."""
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_first_has_it_and_the_second_is_told_who(tmp_path):
    first, second = Owner(tmp_path, me("a.ipynb", "c1")), Owner(tmp_path, me("b.ipynb"))
    assert first.take() is None and first.owns
    other = second.take()
    assert other == first.who and not second.owns
    assert (other.notebook, other.cell, other.pid) == ("a.ipynb", "c1", os.getpid())
    first.give_up()
    assert second.take() is None


def test_one_that_was_closed_leaves_no_sign_of_life(tmp_path):
    owner = Owner(tmp_path, me())
    owner.take()
    assert owner.last_sign() is not None
    owner.give_up()
    assert owner.last_sign() is None


def test_another_process_is_told_and_its_death_frees_the_document_at_once(tmp_path, child):
    mine = Owner(tmp_path, me())
    assert mine.take().notebook == "child.ipynb"
    child.send_signal(signal.SIGKILL)
    child.wait()
    signed = mine.last_sign()
    assert signed is not None and abs(signed - time.time()) < 60
    assert mine.take() is None


def test_an_owner_that_sleeps_is_not_dead_but_gives_way_to_who_takes_it(tmp_path, child):
    child.send_signal(signal.SIGSTOP)
    # Nothing was heard of it for long.
    os.utime(tmp_path / OWNER, (1.0, 1.0))
    mine = Owner(tmp_path, me())
    assert mine.take().notebook == "child.ipynb"
    mine.take_over(patience=0.1)
    assert mine.still()
    third = Owner(tmp_path, me())
    assert third.take() == mine.who
    child.kill()
    child.wait()
    mine.beat()
    assert mine.still() and third.take() == mine.who


def test_an_owner_that_is_asked_gives_the_document_to_who_asked(tmp_path):
    first, second = Owner(tmp_path, me("a.ipynb")), Owner(tmp_path, me("b.ipynb"))
    first.take()
    answered = []

    def answer():
        while (other := first.wanted_by()) is None:
            time.sleep(0.005)
        answered.append(other)
        first.give_up(other)

    thread = threading.Thread(target=answer)
    thread.start()
    second.take_over(patience=60.0)
    thread.join()
    assert answered == [second.who]
    assert second.still() and not first.owns and first.take() == second.who


def test_one_who_asked_and_died_takes_nothing_from_the_next_owner(tmp_path):
    first, died = Owner(tmp_path, me()), Owner(tmp_path, me())
    first.take()
    died._write("wanted.json", died.who)
    assert first.wanted_by() == died.who
    first.give_up(died.who)
    assert first.wanted_by() is None
    died._write("wanted.json", died.who)
    later = Owner(tmp_path, me())
    assert later.take() is None and later.wanted_by() is None


def test_whoever_lost_it_sees_that_before_it_writes(tmp_path):
    first, second = Owner(tmp_path, me()), Owner(tmp_path, me())
    first.take()
    second.take_over(patience=0.0)
    assert not first.still() and second.still()
    first.give_up()
    assert second.still() and second.last_sign() is not None


@pytest.mark.parametrize("host", ["here", "elsewhere"])
def test_without_locks_the_sign_of_life_decides(tmp_path, host):
    there = me("a.ipynb")
    first = Owner(tmp_path, there if host == "here" else replace(there, host="another machine"), no_lock)
    second = Owner(tmp_path, me(), no_lock)
    assert first.take() is None
    assert second.take() == first.who
    first.beat()
    assert second.take() == first.who
    old = time.time() - 2 * SILENT_AFTER
    os.utime(tmp_path / OWNER, (old, old))
    assert second.take() is None and not first.still()


def test_without_locks_a_process_of_this_machine_that_is_gone_is_dead_at_once(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    first = Owner(tmp_path, replace(me(), pid=gone.pid), no_lock)
    first.take()
    assert Owner(tmp_path, me(), no_lock).take() is None


def test_a_clock_that_is_set_does_not_kill_an_owner(tmp_path):
    # The owner's clock is a day behind: what counts is the file system's.
    first = Owner(tmp_path, replace(me(), host="another machine", since=time.time() - 86_400), no_lock)
    first.take()
    assert Owner(tmp_path, me(), no_lock).take() == first.who


@pytest.mark.parametrize("text", ["", "{", "[]", '{"token": 3}', '{"token": "a", "pid": "b", "host": 1, "since": 0}'])
def test_files_of_owners_that_cannot_be_read_stop_nobody(tmp_path, text):
    (tmp_path / OWNER).write_text(text)
    (tmp_path / "wanted.json").write_text(text)
    owner = Owner(tmp_path, me())
    assert owner.take() is None and owner.wanted_by() is None and owner.still()


def test_an_owner_whose_files_were_removed_writes_them_again(tmp_path):
    owner = Owner(tmp_path, me())
    owner.take()
    (tmp_path / OWNER).unlink()
    assert owner.still()
    owner.beat()
    assert Owner(tmp_path, me()).take() == owner.who
