"""The folder map is the layer contract: import-linter reads it from pyproject.toml."""

from __future__ import annotations

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_no_module_imports_upwards() -> None:
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS
