"""Every error survives the way between processes, with all it carries."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import monitor
import workers
from monitor.errors import CounterclaimError, FetchError, InputError, SendError


def error_classes() -> list[type[CounterclaimError]]:
    """Return the base and every subclass that any module of ours defines."""
    for package in (monitor, workers):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return sorted({CounterclaimError, *_below(CounterclaimError)}, key=lambda one: one.__name__)


def _below(base: type[CounterclaimError]) -> Iterator[type[CounterclaimError]]:
    for one in base.__subclasses__():
        yield one
        yield from _below(one)


def example(kind: type[CounterclaimError]) -> CounterclaimError:
    """Build an error with a telling value for every parameter."""
    values: dict[str, Any] = {"faults": ["first", "second"], "retry": False, "retry_after": 2.5}
    names = list(inspect.signature(kind).parameters)
    return kind(*(values.get(name, f"some {name}") for name in names))


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__name__)
def test_an_error_comes_out_of_pickle_as_it_went_in(kind: type[CounterclaimError]) -> None:
    before = example(kind)
    after = pickle.loads(pickle.dumps(before))
    assert type(after) is kind
    assert vars(after) == vars(before)
    assert (str(after), after.args) == (str(before), before.args)


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__name__)
def test_an_error_is_built_from_positional_arguments_alone(kind: type[CounterclaimError]) -> None:
    parameters = inspect.signature(kind).parameters.values()
    assert not [one.name for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY]


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__name__)
def test_an_error_is_named_as_one_and_says_whether_a_retry_helps(kind: type[CounterclaimError]) -> None:
    assert kind.__name__.endswith("Error")
    assert isinstance(example(kind).retry, bool)
    assert kind.__doc__


def test_an_error_names_its_subject_reason_and_detail() -> None:
    assert str(FetchError("timeout", "after 30 s", "Example Wire")) == "Example Wire: timeout: after 30 s"
    assert str(SendError("refused")) == "refused"


def test_a_list_of_faults_is_printed_one_a_line_each_with_its_file() -> None:
    error = InputError(["line 1: not JSON", "line 4: id is missing"], "articles.jsonl")
    assert str(error).splitlines() == ["articles.jsonl: line 1: not JSON", "articles.jsonl: line 4: id is missing"]
