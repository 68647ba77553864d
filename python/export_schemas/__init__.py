"""Prints the message schemas of a Python package as JSON, for `fedora-messaging schemas import`."""
