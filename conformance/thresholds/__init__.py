"""The rules of ADT Files, and what a new file makes of those in force: guidance 1.1."""
