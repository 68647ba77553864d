"""Messages of weather stations: an example for the import of message classes."""

import importlib.metadata

__version__ = importlib.metadata.version("weather-messages")
