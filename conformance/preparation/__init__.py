"""What a User does before a submission is sent: templates, files made of sheets, signatures."""
