"""Writing signatures: DER, PEM and CMS, in constant memory whatever the size of the file."""
