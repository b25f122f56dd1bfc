"""Data beside the code is read the same by libyaml as by PyYAML itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import monitor.claims
from monitor.text.yaml_data import read_yaml

FILES = sorted(Path(monitor.claims.__file__).parent.rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_fast_reader_reads_what_the_plain_one_reads(file: Path) -> None:
    assert read_yaml(str(file), file.name) == yaml.safe_load(file.read_text(encoding="utf-8"))


def test_an_empty_file_is_an_empty_mapping(tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("# nothing yet\n")
    assert read_yaml(str(tmp_path / "code.py"), "none.yaml") == {}
