"""Reading what is to be checked: manifests, lone files, email messages, publications."""
