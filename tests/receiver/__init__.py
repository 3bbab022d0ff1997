"""A receiver that shares nothing with the suite: written from the profile and the documentation.

It imports neither ``conformance`` nor ``generators``, so that it shares no mistake with them. The
corpus has to find whatever is changed in it: ``mutants.py``.
"""
