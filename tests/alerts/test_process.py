"""Processes of alerts end when they are told to, whatever they are at."""

import subprocess
import sys

from tests.alerts.conftest import ROOT

TOLD_AT_ANY_INSTANT = """
import logging, os, random, signal, threading
from craveny_alerts.process import serve
chance = random.Random(7)
for _ in range(200):
    teller = threading.Timer(chance.random() / 200, os.kill, (os.getpid(), signal.SIGTERM))
    serve(lambda: teller.ident or teller.start(), 0, logging.getLogger())
print("ended each time")
"""


def test_a_signal_is_heeded_at_whatever_instant_it_comes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOLD_AT_ANY_INSTANT], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "ended each time\n"
