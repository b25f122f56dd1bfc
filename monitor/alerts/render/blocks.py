"""Slack's limits on Block Kit, kept whatever a template gives.

Limits: https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 150 characters in a header, 3,000 in a
section's text, 2,000 in each of its 10 fields, 10 elements in a context; links of 3,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from monitor.alerts.render.safe import shorten

BLOCKS = 50
HEADER = 150
TEXT = 3000
FIELD = 2000
FIELDS = 10
ELEMENTS = 10
TOTAL = 12_000  # characters of all blocks: Slack refuses more with `msg_blocks_too_long`

_MORE = {"type": "context", "elements": [{"type": "plain_text", "text": "and more", "emoji": False}]}


def fitting(blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks within the limits; what does not fit is cut with an ellipsis, or said to be more."""
    kept: list[dict[str, Any]] = []
    size = 0
    for block in blocks:
        fitted = _fitted(block)
        size += _length(fitted)
        if len(kept) == BLOCKS - 1 or size > TOTAL:
            kept.append(_MORE)
            break
        kept.append(fitted)
    return kept


def _fitted(block: dict[str, Any]) -> dict[str, Any]:
    block = dict(block)
    limit = HEADER if block.get("type") == "header" else TEXT
    if isinstance(block.get("text"), dict):
        block["text"] = _cut(block["text"], limit)
    if "fields" in block:
        block["fields"] = [_cut(field, FIELD) for field in block["fields"][:FIELDS]]
    if "elements" in block:
        is_rich = block["type"] == "rich_text"
        block["elements"] = [
            _rich(e) if is_rich else _cut(e, TEXT) for e in block["elements"][: None if is_rich else ELEMENTS]
        ]
    return block


def _cut(element: dict[str, Any], limit: int) -> dict[str, Any]:
    text = element.get("text")
    return {**element, "text": shorten(text, limit) or " "} if isinstance(text, str) else element


def _rich(element: dict[str, Any]) -> dict[str, Any]:
    """Cut the texts of a rich text element; Slack refuses empty ones."""
    if "elements" in element:
        return {**element, "elements": [_rich(one) for one in element["elements"]]}
    return _cut(element, TEXT)


def _length(value: object) -> int:
    if isinstance(value, dict):
        return sum(_length(inner) for key, inner in value.items() if key not in {"type", "style", "format"})
    if isinstance(value, list):
        return sum(_length(inner) for inner in value)
    return len(value) if isinstance(value, str) else 0
