"""Conformance suite for Appendix AA of the Smart Energy Code.

``conformance`` holds the model of the clauses, the checker and the reports. It never
imports ``generators``.
"""

from conformance.version import __version__

__all__ = ["__version__"]
