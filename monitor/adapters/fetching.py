"""Values of a fetch, as the HTTP and file fetchers and their callers share them."""

from monitor.ports import Fetcher, FetchKind, FetchRequest, FetchResult, Hop

__all__ = ["FetchKind", "FetchRequest", "FetchResult", "Fetcher", "Hop"]
