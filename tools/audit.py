"""Compare the locked dependencies with the published weaknesses; run by `make audit` in an environment of its own.

    python tools/audit.py requirements/runtime.txt

Asks the package index through pip-audit. Some mirrors tell the weaknesses of a package's newest release only: that is
the whole answer for a package locked at its newest release, and no answer for one that is behind. Exits with 1 when a
weakness is known, when a package stays without an answer, or when nobody can be asked: it never passes unasked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import requests

_OF_RELEASE = re.compile(r"(?P<package>.+/(?P<name>[^/]+))/(?P<version>[^/]+)/json")
_SECONDS = 30


def newest_instead(response: requests.Response, **_: Any) -> requests.Response:
    """Answer for a release that the index does not know by itself with the newest one's page, if they are the same.

    A hook for a session of requests: gets the answer to `…/NAME/VERSION/json`, returns that or `…/NAME/json`.
    """
    asked = _OF_RELEASE.fullmatch(response.url)
    if response.status_code != requests.codes.not_found or asked is None:
        return response
    newest = requests.get(f"{asked['package']}/json", timeout=_SECONDS)
    told = newest.json() if newest.ok else {}
    return newest if told.get("info", {}).get("version") == asked["version"] else response


def report(answers: Iterable[tuple[Any, list[Any]]], say: Callable[[str], object] = print) -> bool:
    """Print what an audit found, from pip-audit's pairs of dependency and weaknesses; return whether all is well."""
    well, unanswered, count = True, [], 0
    for package, weaknesses in answers:
        count += 1
        if package.is_skipped():
            unanswered.append(package.name)
        for one in weaknesses:
            fixed = ", ".join(str(version) for version in one.fix_versions) or "no release yet"
            say(f"{package.name} {package.version}: {one.id}, mended in {fixed}")
            well = False
    say(f"{count} packages: {count - len(unanswered)} answered for, {len(unanswered)} not")
    if unanswered:
        say(f"not audited, since the index tells of newest releases only and they are behind: {', '.join(unanswered)}")
        say("run this where the package index answers for each release, or `make upgrade` first")
    return well and not unanswered and count > 0


def main(files: list[str]) -> int:
    """Audit hash-locked requirement files."""
    from pip_audit._dependency_source import RequirementSource
    from pip_audit._service import PyPIService, ServiceError

    service = PyPIService(timeout=_SECONDS)
    service.session.hooks["response"].append(newest_instead)
    locked = RequirementSource([Path(one) for one in files], require_hashes=True, disable_pip=True)
    try:
        return 0 if report(service.query_all(locked.collect())) else 1
    except (ServiceError, requests.RequestException) as error:
        print(f"nothing was audited: the package index cannot be asked ({type(error).__name__}: {error})")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
