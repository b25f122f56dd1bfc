"""YAML data that lies beside the code, read by libyaml where it is there: ten times as fast as the pure reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(module: str, name: str) -> dict[str, Any]:
    """Return the mapping of the file `name` beside the module whose `__file__` is given; empty for an empty file."""
    text = Path(module).with_name(name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER) or {}
