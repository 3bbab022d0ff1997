"""Mutants of the model: each must be killed by a golden vector, or be listed with its reason."""
