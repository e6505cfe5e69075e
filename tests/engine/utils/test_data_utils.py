"""Downloads from a server on this machine, hostile archives, and batches made ahead."""

import functools
import hashlib
import http.server
import io
import tarfile
import threading
import zipfile

import pytest

from engine.utils.archives import extract_archive
from engine.utils.data_utils import GeneratorEnqueuer, OrderedEnqueuer, Sequence, get_file, validate_file


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder)) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_file_is_fetched_once_and_checked(server, home):
    folder, address = server
    (folder / "a.txt").write_bytes(b"hello")
    good = hashlib.sha256(b"hello").hexdigest()
    path = get_file("a.txt", f"{address}/a.txt", file_hash=good)
    assert path == str(home / "datasets" / "a.txt") and validate_file(path, good)
    (folder / "a.txt").unlink()
    assert get_file("a.txt", f"{address}/a.txt", file_hash=good) == path


def test_what_is_fetched_is_said_with_its_size_and_place(server, home, capsys):
    folder, address = server
    (folder / "large.bin").write_bytes(bytes(2_500_000))
    where = get_file("large.bin", f"{address}/large.bin")
    assert capsys.readouterr().out == f"Downloading data from {address}/large.bin, 2.5 MB, to {where}\n"
    get_file("large.bin", f"{address}/large.bin")
    assert capsys.readouterr().out == ""


def test_a_wrong_hash_leaves_nothing_and_the_old_file_stays(server, home):
    folder, address = server
    (folder / "a.txt").write_bytes(b"evil")
    with pytest.raises(ValueError, match="hash"):
        get_file("a.txt", f"{address}/a.txt", md5_hash="0" * 32)
    assert list((home / "datasets").iterdir()) == []
    (home / "datasets" / "a.txt").write_bytes(b"mine")
    with pytest.raises(ValueError, match="hash"):
        get_file("a.txt", f"{address}/a.txt", md5_hash="0" * 32)
    assert (home / "datasets" / "a.txt").read_bytes() == b"mine"


def test_a_missing_address_is_named(server):
    with pytest.raises(OSError, match=r"none\.txt could not be fetched"):
        get_file("none.txt", f"{server[1]}/none.txt")


@pytest.mark.parametrize("name", ["../a", "/tmp/a"])
def test_names_outside_the_cache_are_refused(name):
    with pytest.raises(ValueError, match="inside the cache"):
        get_file(name, "http://127.0.0.1:9/a")


def test_other_schemes_are_refused():
    with pytest.raises(ValueError, match="http or https"):
        get_file("a", "file:///etc/passwd")


def test_untar_gives_the_folder(server):
    folder, address = server
    with tarfile.open(folder / "set.tar.gz", "w:gz") as tar:
        _add(tar, tarfile.TarInfo("set/one.txt"), b"1")
    path = get_file("set", f"{address}/set.tar.gz", untar=True)
    with open(f"{path}/one.txt", "rb") as file:
        assert file.read() == b"1"


def _add(tar, info, data=b""):
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_in_an_archive_are_refused(tmp_path, kind):
    path = tmp_path / "bad.tar"
    with tarfile.open(path, "w") as tar:
        _add(tar, tarfile.TarInfo("good"), b"1")
        info = tarfile.TarInfo("bad")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(ValueError, match="plain file"):
        extract_archive(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", "a/../../out.txt"])
def test_members_outside_the_folder_are_refused(tmp_path, name):
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        _add(tar, tarfile.TarInfo(name), b"1")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(name, b"1")
    for path in (tmp_path / "bad.tar", tmp_path / "bad.zip"):
        with pytest.raises(ValueError, match="leads out"):
            extract_archive(path, tmp_path / "deep" / "out")


def test_a_bomb_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(4 * 2**20))
    with pytest.raises(ValueError, match="bytes in all"):
        extract_archive(tmp_path / "bomb.zip", tmp_path)


class Squares(Sequence):
    def __init__(self):
        self.epochs = 0

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return index**2

    def on_epoch_end(self):
        self.epochs += 1


@pytest.mark.parametrize("workers", [1, 3])
def test_a_sequence_comes_in_order_epoch_after_epoch(workers):
    source = Squares()
    enqueuer = OrderedEnqueuer(source)
    enqueuer.start(workers, max_queue_size=2)
    batches = enqueuer.get()
    assert [next(batches) for _ in range(7)] == [0, 1, 4, 0, 1, 4, 0]
    assert source.epochs == 2 and enqueuer.is_running()
    enqueuer.stop()
    assert not enqueuer.is_running() and list(batches) == []


def test_a_generator_comes_in_order_and_its_error_comes_out():
    def source():
        yield from range(20)
        raise KeyError("no more")

    enqueuer = GeneratorEnqueuer(source())
    enqueuer.start(workers=3)
    batches = enqueuer.get()
    assert [next(batches) for _ in range(20)] == list(range(20))
    with pytest.raises(KeyError, match="no more"):
        next(batches)
    enqueuer.stop()


def test_get_before_start_is_refused():
    with pytest.raises(RuntimeError, match="start"):
        GeneratorEnqueuer(iter([])).get()
