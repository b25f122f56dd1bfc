"""What the pure stages need from the outside world, as Protocols. Adapters and tests implement them."""

from monitor.ports.fetching import Fetcher, FetchKind, FetchRequest, FetchResult, Hop
from monitor.ports.rows import (
    GRACE,
    PAUSED,
    AlertJob,
    ArticleState,
    Candidates,
    Comparison,
    PollRecord,
    Silence,
    StoredEntry,
    StoredSource,
    Traffic,
    Work,
)
from monitor.ports.sending import Message, Sender, SendReceipt
from monitor.ports.stages import Clock, ConflictEngine, PairScorer, Tagger
from monitor.ports.storing import AlertStore, ArticleStore, ConflictStore, SourceStore, Store, WorkStore

__all__ = [
    "GRACE",
    "PAUSED",
    "AlertJob",
    "AlertStore",
    "ArticleState",
    "ArticleStore",
    "Candidates",
    "Clock",
    "Comparison",
    "ConflictEngine",
    "ConflictStore",
    "FetchKind",
    "FetchRequest",
    "FetchResult",
    "Fetcher",
    "Hop",
    "Message",
    "PairScorer",
    "PollRecord",
    "SendReceipt",
    "Sender",
    "Silence",
    "SourceStore",
    "Store",
    "StoredEntry",
    "StoredSource",
    "Tagger",
    "Traffic",
    "Work",
    "WorkStore",
]
