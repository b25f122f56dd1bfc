"""Frozen values ↔ JSON text, and the ids made from business identities.

The JSON is Python's own (it knows Infinity, which an open quantity has), stored as text and never queried.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from monitor.model import Claim, Entry, Source

_CLAIM = TypeAdapter(Claim)
_ENTRY = TypeAdapter(Entry)
_SOURCE = TypeAdapter(Source)


def identity(*parts: object) -> str:
    """Return a stable id of 32 hex digits for what these parts name."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:32]


def dump(value: Claim | Entry | Source) -> str:
    """Return a value as JSON text."""
    adapter: TypeAdapter[Any] = _ADAPTERS[type(value)]
    return to_text(adapter.dump_python(value, mode="json"))


def claim(text: str) -> Claim:
    """Read a claim."""
    return _CLAIM.validate_json(text)


def entry(text: str) -> Entry:
    """Read an entry."""
    return _ENTRY.validate_json(text)


def source(text: str) -> Source:
    """Read a source."""
    return _SOURCE.validate_json(text)


def to_text(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return plain data as JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str | None) -> Any:
    """Return the plain data of JSON text."""
    return None if text is None else json.loads(text)


_ADAPTERS: dict[type, TypeAdapter[Any]] = {Claim: _CLAIM, Entry: _ENTRY, Source: _SOURCE}
