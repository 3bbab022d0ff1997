"""Outputs that were read and committed, to be compared with what is made now."""
