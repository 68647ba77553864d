"""Message classes whose names and schemas are hard to print: an example for the import of message classes."""

VERSION = "1.0"
