"""Conformance suite for Appendix AA of the Smart Energy Code.

``conformance`` holds the model of the clauses, the checker and the reports. It never
imports ``generators``.
"""

__version__ = "0.1.0"
