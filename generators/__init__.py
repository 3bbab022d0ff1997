"""Conforming and malformed submissions, made from the model of ``conformance``."""
