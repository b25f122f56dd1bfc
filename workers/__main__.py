"""`python -m workers` is `counterclaim`."""

from workers.cli import main

main()
