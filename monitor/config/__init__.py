"""`counterclaim.yaml` → `Config`: shapes, the strict loader, and the config in words."""

from monitor.config.describe import describe
from monitor.config.loader import load_config, parse_config
from monitor.config.problems import find_problems
from monitor.config.schema import json_schema
from monitor.config.shapes import (
    AlertPolicy,
    Config,
    Digest,
    EmailTarget,
    FetchPolicy,
    GazetteerFilter,
    JudgePolicy,
    PlaceName,
    QuietHours,
    Region,
    Scope,
    SlackTarget,
    Target,
    WebPolicy,
)

__all__ = [
    "AlertPolicy",
    "Config",
    "Digest",
    "EmailTarget",
    "FetchPolicy",
    "GazetteerFilter",
    "JudgePolicy",
    "PlaceName",
    "QuietHours",
    "Region",
    "Scope",
    "SlackTarget",
    "Target",
    "WebPolicy",
    "describe",
    "find_problems",
    "json_schema",
    "load_config",
    "parse_config",
]
