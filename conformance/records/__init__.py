"""The bytes of a CSV file, checked against clause 6.1 and a profile's clauses 6.3 to 6.5.

``scan`` finds every departure and lays each at one ``Rule``; ``read_records`` gives the
records. What the file must look like is a ``Layout``.
"""

from conformance.model.rule import Rule
from conformance.records.layout import READINGS, Dialect, Layout
from conformance.records.ledger import Scan
from conformance.records.scan import read_records, scan

__all__ = ["READINGS", "Dialect", "Layout", "Rule", "Scan", "read_records", "scan"]
