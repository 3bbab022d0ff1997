"""What a User does before a submission is sent: files signed, whole or not at all."""
