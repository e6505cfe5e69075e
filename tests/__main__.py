"""`python -m tests`: run all tests, getting a browser first where there is none. Further arguments go to pytest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.e2e.browser import find_browser

ROOT = Path(__file__).resolve().parents[1]
# Kernels, processes and pages wait for each other: what takes longer than a busy machine allows is no fault. A test that
# fails is run again, and the summary names it; what fails every time has failed.
AGAIN = ("--reruns", "2", "-r", "R")
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
    """Run pytest; gives its exit status, 3 when there is no browser."""
    if find_browser() is None:
        install_browser()
        if find_browser() is None:
            print(HELP, file=sys.stderr)
            return 3
    # One BLAS thread: on two busy cores two of them make small products up to twenty times slower.
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, "KW_E2E": "required"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *AGAIN, *arguments], cwd=ROOT, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
