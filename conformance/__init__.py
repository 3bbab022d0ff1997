"""Conformance suite for Appendix AA of the Smart Energy Code.

``check`` is where to start::

    from conformance import check

    report = check("submissions", trust=["root.pem"], crls=["ca.crl"])
    print(report.verdict)

``conformance`` holds the model of the clauses, the checker and the reports. It never
imports ``generators``. What is not in ``__all__`` may change in any version.
"""

from conformance.version import __version__ as __version__

TYPE_CHECKING = False  # as type checkers take it; the module typing would take a while to load

if TYPE_CHECKING:
    from conformance.api import (
        Finding,
        OtherReading,
        Report,
        Result,
        Submission,
        check,
        load_profile,
    )
    from conformance.errors import TadpError
    from conformance.findings import Status, Verdict
    from conformance.footing import Footing
    from conformance.model.profile import Profile

__all__ = [
    "Finding",
    "Footing",
    "OtherReading",
    "Profile",
    "Report",
    "Result",
    "Status",
    "Submission",
    "TadpError",
    "Verdict",
    "check",
    "load_profile",
]

if not TYPE_CHECKING:

    def __getattr__(name):
        """Load the public names when one is asked for: the command line does without them."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from conformance import api

        return getattr(api, name)

    def __dir__():
        """Return the public names, loaded or not, for whoever completes what is typed."""
        return [*globals(), *__all__]
