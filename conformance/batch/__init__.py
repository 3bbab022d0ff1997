"""Checking many submissions: each by itself, anywhere, and one report of all.

A source and a ``CheckJob`` go in, an ``Entry`` comes out; all three are small and can be pickled,
so that where and in which order the sources are checked makes no difference to the report.
"""

from conformance.batch.entry import Entry
from conformance.batch.job import CheckJob, SettingSpec
from conformance.batch.worker import WorkerState, check_source

__all__ = ["CheckJob", "Entry", "SettingSpec", "WorkerState", "check_source"]
