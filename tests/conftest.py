"""What all tests share: no clock decides about them, and what was skipped is said at the end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: neither a deadline nor slow data generation fails a test.
settings.register_profile("counterclaim", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("counterclaim")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with how many tests were skipped and why, so that none is missing in silence."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = sorted({report.longrepr[2].removeprefix("Skipped: ") for report in skipped if report.longrepr})
    if reasons:
        terminalreporter.write_line(f"{len(skipped)} not run: {'; '.join(reasons)}", yellow=True)
