"""Tasks of a User before a submission is sent: templates, files made of sheets, signatures."""
