"""Messages of a bakery."""
