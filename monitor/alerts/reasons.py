"""Why an alert is sent, kept back or dropped: the words that are stored with it and shown by `counterclaim alerts`."""

from __future__ import annotations

from enum import StrEnum

from monitor.ports import PAUSED


class AlertReason(StrEnum):
    """Why a target is to hear of a conflict: kept with every alert."""

    OPENED = "opened"
    NEW_POSITION = "new-position"
    NEW_SOURCE = "new-independent-source"
    CORRECTED = "corrected"
    SETTLED = "settled"
    REOPENED = "reopened"
    NOTHING_NEW = "nothing-new"
    UNDELIVERED = "undelivered"
    TEST = "test"


class Hold(StrEnum):
    """Why an alert waits. Each value completes "waits: …"."""

    GROUP_WAIT = "the conflict may still be forming"
    DIGEST = "it goes into the next digest"
    QUIET_HOURS = "quiet hours"
    RATE = "the target has had its alerts for this hour"
    PAUSED = PAUSED + ": the target asked for a pause"
    IN_ORDER = "an earlier alert of this conflict is being sent"
    IN_FLIGHT = "others are being sent to this target"


class Drop(StrEnum):
    """Why an alert is not sent. Each value completes "not sent: …"."""

    LOW_CONFIDENCE = "the confidence is below the threshold"
    TOPIC = "the region's topics do not include its frame"
    REGION = "the target does not take this region"
    ROUTE = "the region's alerts go to other targets"
    FRAME = "the target does not take this frame"
    SOURCE_KIND = "none of its outlets is of a kind that the target takes"
    TOO_OLD = "all its claims are older than max_age"
    MORE_EVIDENCE = "more evidence for what is known is no news"
    GONE_QUIET = "a conflict without news is no news"
    DISMISSED = "a reader marked the conflict as none"
    COVERED = "an earlier message already showed this revision"
    REPEAT = "the same was told within repeat_interval"
    SETTLED_UNTOLD = "it was settled before it was told"
    SILENCED = "silenced"
    INHIBITED = "a region-wide conflict of the same kind covers it"
    NO_TARGET = "the config has no such target any more"


class Gather(StrEnum):
    """Why several alerts go out in one message. Each value is a clause for a person."""

    DIGEST = "your digest"
    MORNING = "held over quiet hours"
    RATE = "gathered because this target's hourly limit is reached"
    NOTICES = "notices about alerts that could not be delivered"
