"""Feeds whose ids or links change on every poll: known articles keep the key that they were stored under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from monitor.model import Entry
from monitor.text.urls import canonical_url


def settle_keys(entries: Iterable[Entry], known: Mapping[str, str]) -> tuple[Entry, ...]:
    """Give entries whose canonical link is stored the key that it is stored under.

    `known` maps canonical links to stored keys of this source. An entry whose own key is stored keeps it: one id with a
    new link is a moved article, not a new one. Two entries never end with one key.
    """
    stored = set(known.values())
    settled: dict[str, Entry] = {}
    for entry in entries:
        key = entry.key
        if key not in stored and entry.link:
            key = known.get(canonical_url(entry.link), key)
        settled.setdefault(key, entry if key == entry.key else replace(entry, key=key))
    return tuple(settled.values())
