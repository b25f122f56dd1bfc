"""Counterclaim: who claims what about the regions you watch, and where sources conflict."""

__version__ = "0.1.0"
