"""Ready sets that lie in the network: what would be fetched, said before; fetched in a thread when somebody has asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.experiment import BackgroundThread

from ..messages import AbsentSet, FetchAnswer
from ..refused import Refused
from ..words import data as say
from .built_in import BuiltIn


class Fetching:
    """Fetches ready sets, each at most once at a time. ready: the sets by name."""

    def __init__(self, ready: Mapping[str, BuiltIn]) -> None:
        self._ready = ready
        self._threads: dict[str, BackgroundThread] = {}
        self._failed: dict[str, str] = {}

    def absent(self, name: str) -> AbsentSet | None:
        """What would be fetched of a set; None where it is there, or only its maker has it."""
        data = self._ready[name]
        if data.present() or not data.remote:
            return None
        addresses = [file.address for file in data.remote]
        return {"about": data.help, "size": data.size, "addresses": addresses, "folder": str(data.folder())}

    def refuse_absent(self, name: str) -> None:
        """Raise Refused, with what would be fetched, where a set is not there."""
        absent = self.absent(name)
        if absent is not None:
            raise Refused(
                say.set_is_absent(name, absent["size"], absent["addresses"]), say.how_to_fetch(name), field="source"
            )

    def fetch(self, name: object, begin: bool) -> FetchAnswer:
        """What has become of fetching a set. begin: fetch it, unless it is being fetched. Raises Refused for no such set."""
        if not isinstance(name, str) or name not in self._ready:
            raise Refused(say.no_source_named(name), field="source")
        running = self._threads.get(name)
        if running is not None and running.is_alive():
            return {"state": "fetching", "said": None}
        if self.absent(name) is None:
            return {"state": "there", "said": None}
        if begin:
            self._failed.pop(name, None)
            self._threads[name] = BackgroundThread(lambda: self._fetch(name), "kwidgets-fetching")
            self._threads[name].start()
            return {"state": "fetching", "said": None}
        state: Literal["failed"] = "failed"
        return {"state": state, "said": self._failed.get(name)}

    def wait(self, name: str, timeout: float | None = None) -> bool:
        """Block until a set has been fetched or not, at most `timeout` seconds; whether it has."""
        running = self._threads.get(name)
        if running is not None:
            running.join(timeout)
        return self.absent(name) is None

    def _fetch(self, name: str) -> None:
        try:
            self._ready[name].fetch()
        except Exception as error:  # whatever a network does is said
            self._failed[name] = str(error) or type(error).__name__
