"""Counterclaim: who claims what about the regions you watch, and where sources conflict."""

import os

# One core a process: the daemon runs several, and threads of one matrix library would get in each other's way. It reads
# this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
