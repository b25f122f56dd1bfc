"""Every error that Counterclaim raises.

    CounterclaimError
    ├── ConfigError            the watchlist or its secrets; all faults listed
    ├── InputError             articles or files handed in; all faults listed
    ├── FetchError             the network said no (retry: depends on the reason)
    ├── FeedError              bytes that are no feed we can read
    ├── ExtractError           a page without an article
    ├── StoreError             the database refused
    │   └── StoreBusyError     it was locked or away; try again
    ├── SendError              a target refused an alert (retry: depends on the reason)
    └── ModelError             a model file that cannot be used

Each carries `reason` (a short, stable word for logs and tables), `subject` (the source, article, file or target it
is about) and `retry` (can trying again help?). All take positional arguments only, so that they survive pickling
between Celery's processes.
"""

from __future__ import annotations

from collections.abc import Sequence


class CounterclaimError(Exception):
    """Base of all errors raised on purpose."""

    retry = False

    def __init__(self, reason: str, detail: str = "", subject: str = "") -> None:
        super().__init__(reason, detail, subject)
        self.reason = reason
        self.detail = detail
        self.subject = subject

    def __str__(self) -> str:
        head = f"{self.subject}: " if self.subject else ""
        tail = f": {self.detail}" if self.detail else ""
        return f"{head}{self.reason}{tail}"


class _FaultsError(CounterclaimError):
    """An error that lists every fault found, one a line."""

    def __init__(self, faults: Sequence[str], subject: str = "") -> None:
        super().__init__("invalid", "\n".join(faults), subject)
        self.args = (list(faults), subject)
        self.faults = list(faults)

    def __str__(self) -> str:
        head = f"{self.subject}: " if self.subject else ""
        return "\n".join(head + fault for fault in self.faults)


class ConfigError(_FaultsError):
    """The config cannot be used; `faults` lists every reason with its line."""


class InputError(_FaultsError):
    """Articles or files handed in cannot be used; `faults` lists every reason."""


class FetchError(CounterclaimError):
    """A URL could not be fetched. `retry` says whether it may work later."""

    def __init__(self, reason: str, detail: str = "", subject: str = "", retry: bool = True) -> None:
        super().__init__(reason, detail, subject)
        self.args = (reason, detail, subject, retry)
        self.retry = retry


class FeedError(CounterclaimError):
    """The bytes are not a feed that can be read."""


class ExtractError(CounterclaimError):
    """The page holds no article that can be read."""


class StoreError(CounterclaimError):
    """The database refused an operation."""


class StoreBusyError(StoreError):
    """The database was locked or away."""

    retry = True


class SendError(CounterclaimError):
    """A target did not take an alert, or did not say that it did.

    `retry_after` is in seconds where the target named it; `doubtful` when it may have taken the alert all the same.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        subject: str = "",
        retry: bool = True,
        retry_after: float | None = None,
        doubtful: bool = False,
    ) -> None:
        super().__init__(reason, detail, subject)
        self.args = (reason, detail, subject, retry, retry_after, doubtful)
        self.retry = retry
        self.retry_after = retry_after
        self.doubtful = doubtful


class ModelError(CounterclaimError):
    """A model file is missing, damaged or of another shape."""
