"""The model of Appendix AA: its clauses as records, the notes, editions and profiles."""
