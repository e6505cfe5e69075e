"""`python -m tests`: run all tests, getting a browser first where there is none. Further arguments go to pytest.

Tests without a browser run in several processes, then the browser's in two: a page, its kernel and its server wait for each
other a third of the time. Where arguments name files of tests, these run in one process.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.e2e.browser import find_browser

ROOT = Path(__file__).resolve().parents[1]
# Kernels, processes and pages wait for each other: what takes longer than a busy machine allows is no fault. A test that
# fails is run again, and the summary names it; what fails every time has failed.
AGAIN = ("--reruns", "2", "-r", "R")
# In several processes, reruns at once would cost 40 ms for each test that passes, and meet the same rush; what fails is run
# again afterwards, one after the other.
WITHOUT_BROWSER = ("-n", "auto", "--maxprocesses", "8", "--dist", "loadfile", "--ignore=tests/e2e")
WITH_BROWSER = ("-n", "2", "--dist", "worksteal", "tests/e2e")
FAILED, NO_TEST = 1, 5
HELP = """There is no browser for the browser tests, and none could be installed. Do one of these:
  - install Chromium or Chrome so that `chromium` or `google-chrome` is found
  - set KW_CHROMIUM to the path of a Chromium
  - run: python -m playwright install --with-deps chromium"""


def install_browser() -> None:
    """Chromium from Debian's packages for root, else Playwright's own."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        steps = [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        ]
    else:
        environment, steps = dict(os.environ), [[sys.executable, "-m", "playwright", "install", "chromium"]]
    for step in steps:
        print("+", " ".join(step), flush=True)
        if subprocess.run(step, env=environment, check=False).returncode:
            return


def main(arguments: list[str]) -> int:
    """Run pytest; gives its exit status, the first part's that failed, and 3 when there is no browser."""
    if find_browser() is None:
        install_browser()
        if find_browser() is None:
            print(HELP, file=sys.stderr)
            return 3
    # One BLAS thread: on two busy cores two of them make small products up to twenty times slower.
    # Compiled modules are kept, whatever the machine's setting: hundreds of kernels and processes start, and each would take
    # most of a second to compile them anew.
    kept = {"PYTHONDONTWRITEBYTECODE": ""}
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, **kept, "KW_E2E": "required"}
    named = any((ROOT / argument.partition("::")[0]).exists() for argument in arguments if not argument.startswith("-"))
    if named:
        return _pytest(environment, *AGAIN, *arguments)
    ends = [_in_several(environment, (*chosen, *arguments)) for chosen in (WITHOUT_BROWSER, WITH_BROWSER)]
    # An expression after -k may choose tests of one part alone.
    failed = [end for end in ends if end not in (0, NO_TEST)]
    return failed[0] if failed else min(ends)


def _in_several(environment: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Tests in several processes, then those once more, one after the other, that failed; the exit status of the last run."""
    with tempfile.TemporaryDirectory(prefix="kwidgets-tests-") as folder:
        remembering = ("-o", f"cache_dir={folder}")
        end = _pytest(environment, *remembering, *arguments)
        if end != FAILED:
            return end
        print("\nWhat failed is run again, one after the other:", flush=True)
        again = ("--last-failed", "--last-failed-no-failures", "none")
        return _pytest(environment, *remembering, *AGAIN, *again, *arguments, "-n", "0")


def _pytest(environment: Mapping[str, str], *arguments: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
