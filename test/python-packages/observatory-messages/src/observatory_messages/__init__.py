"""Messages of an observatory: accessors of every form that is translated, and of some that are not."""
