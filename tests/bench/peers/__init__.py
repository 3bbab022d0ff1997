"""The same column rules in other validators: ``python -m tests.bench.peers.NAME FILE RULES``.

Each says ``valid`` or ``invalid`` on standard output. RULES is what ``tests.bench.rules`` writes.
"""
