"""Callbacks that write each epoch's values to a CSV file or send them to a server."""

from __future__ import annotations

import csv
import json
import urllib.parse
import warnings
from collections.abc import Iterable, Mapping
from typing import TextIO

import numpy as np

from .._files.guards import json_able
from .._training.callback import Callback
from ..errors import SettingError
from ..types import FilePath, Logs

__all__ = ["CSVLogger", "RemoteMonitor"]


class CSVLogger(Callback):
    """Write each epoch's values as a line of a CSV file: epoch, then the names in alphabetical order.

    Args:
        filename: the file; it is open while training runs, and each line is written at once.
        separator: what stands between two values, "," by default.
        append: whether to go on in a file that there is, without another line of names; False by default.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "log.csv")
        >>> logger = CSVLogger(path)
        >>> logger.on_train_begin()
        >>> logger.on_epoch_end(0, {"loss": 0.5})
        >>> logger.on_train_end()
        >>> print(path.read_text(), end="")
        epoch,loss
        0,0.5
    """

    def __init__(self, filename: FilePath, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename = filename
        self.sep = separator
        self.append = append
        self._file: TextIO | None = None
        self._keys: list[str] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Open the file."""
        self._keys = None
        mode = "a" if self.append else "w"
        self._file = open(self.filename, mode, newline="", encoding="utf-8")  # noqa: SIM115 - open from begin to end
        self._has_header = self.append and self._file.tell() > 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's line."""
        if self._file is None:
            return
        logs = logs or {}
        if self._keys is None:
            self._keys = sorted({*logs, *self.params.get("metrics", ())})
        writer = csv.writer(self._file, delimiter=self.sep, lineterminator="\n")
        if not self._has_header:
            writer.writerow(["epoch", *self._keys])
            self._has_header = True
        writer.writerow([epoch, *(_cell(logs.get(key, "NA")) for key in self._keys)])
        self._file.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _cell(value: object) -> object:
    if isinstance(value, str) or not isinstance(value, Iterable) or not np.asarray(value).ndim:
        return value
    return f'"[{", ".join(map(str, value))}]"'


class RemoteMonitor(Callback):
    """Send each epoch's values to a server by HTTP POST.

    A server that cannot be reached within `timeout` seconds, or refuses, gives a warning and training goes on.

    Args:
        root: address of the server, http or https; "http://localhost:9000" by default.
        path: what follows it in the address, "/publish/epoch/end/" by default.
        field: name of the form's field that holds the values as JSON text, "data" by default.
        headers: further HTTP headers by name, none by default.
        send_as_json: whether the values are sent as a JSON body in place of a form, False by default.

    Raises:
        SettingError: `root` is no http address.

    Example:
        >>> RemoteMonitor("http://localhost:9000", send_as_json=True).path
        '/publish/epoch/end/'
    """

    timeout = 10.0

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: Mapping[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        # urllib would open files as well.
        if urllib.parse.urlsplit(root).scheme not in ("http", "https"):
            raise SettingError(where="RemoteMonitor, root", expected="an http or https address", actual=repr(root))
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Send the epoch's values."""
        # Loaded here: with all that it loads itself, it takes a tenth of the time in which the engine starts.
        from urllib.request import Request, urlopen

        text = json.dumps(json_able({"epoch": epoch, **(logs or {})}))
        body = text if self.send_as_json else urllib.parse.urlencode({self.field: text})
        kind = "application/json" if self.send_as_json else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, **(self.headers or {})}
        request = Request(self.root + self.path, body.encode(), headers, method="POST")
        try:
            with urlopen(request, timeout=self.timeout) as answer:
                answer.read()
        except OSError as error:  # URLError, HTTPError and time-outs are among them
            warnings.warn(
                f"RemoteMonitor could not reach the server at {self.root}: {error}", RuntimeWarning, stacklevel=2
            )
